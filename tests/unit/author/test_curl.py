"""A curl command as people paste it: what it asks for, by the rules of the shell and of curl."""

import pytest

from aioc.author.curl import read_curl
from aioc.model.problem import BadInputError

BODY = '{"model": "m"}'


def body(command):
    return (read_curl(command).request.content or b"").decode()


def headers(command):
    return dict(read_curl(command).request.headers)


def test_the_command_of_the_documentation():
    read = read_curl(
        'curl https://api.openai.com/v1/chat/completions \\\n  -H "Content-Type: application/json" \\\n'
        '  -H "Authorization: Bearer $OPENAI_API_KEY" \\\n  -d \'{\n    "model": "gpt-4o"\n  }\''
    )
    assert read.url == "https://api.openai.com/v1/chat/completions"
    assert read.request.method == "POST"
    assert dict(read.request.headers) == {
        "Content-Type": "application/json", "Authorization": "Bearer $OPENAI_API_KEY",
    }  # fmt: skip
    assert read.request.content == b'{\n    "model": "gpt-4o"\n  }'
    assert read.told == ()


@pytest.mark.parametrize(
    ("words", "method"),
    [
        ("", "GET"), ("-d x", "POST"), ("-X PUT -d x", "PUT"), ("-XDELETE", "DELETE"), ("-sSXpatch", "PATCH"),
        ("--request OPTIONS", "OPTIONS"), ("-I", "HEAD"), ("-F a=b", "POST"), ("-G -d a=b", "GET"),
        ("--json {}", "POST"),
    ],
)  # fmt: skip
def test_the_method(words, method):
    assert read_curl(f"curl http://h/v1/x {words}").request.method == method


@pytest.mark.parametrize(
    "command",
    [
        f"curl http://h/v1/x -d '{BODY}'", f"curl -sSNd '{BODY}' http://h/v1/x", f"curl --data-raw '{BODY}' http://h/v1/x",
        f"curl http://h/v1/x --data-binary '{BODY}'", f"curl --url http://h/v1/x --json '{BODY}'",
        f"$ curl http://h/v1/x -d '{BODY}' | jq .", f"KEY=1 /usr/bin/curl http://h/v1/x -d '{BODY}' > out; rm out",
        f"curl http://h/v1/x ^\r\n -d '{BODY}'", f"curl http://h/v1/x `\n -d '{BODY}'",
        f"curl http://h/v1/x --data='{BODY}'",
        "curl http://h/v1/x -d " + '"{\\"model\\": \\"m\\"}"', "curl http://h/v1/x -d $'{\"model\": \"m\"}'",
    ],
)  # fmt: skip
def test_ways_to_write_the_same_body(command):
    assert body(command) == BODY
    assert read_curl(command).url == "http://h/v1/x"
    assert read_curl(command).told == ()


def test_a_body_as_browsers_copy_it():
    assert body(r"""curl 'http://h/v1/x' --data-raw $'{"a": "it\'s\u00e9\n"}' --compressed""") == '{"a": "it\'sé\n"}'


def test_an_apostrophe_as_the_shell_wants_it():
    assert body("""curl http://h/v1/x -d '{"a": "it'"'"'s"}'""") == '{"a": "it\'s"}'


def test_a_body_from_a_file(tmp_path):
    (tmp_path / "b.json").write_text('{"a":\n1}')
    assert body(f"curl http://h/v1/x -d @{tmp_path}/b.json") == '{"a":1}'  # curl takes the line breaks out
    assert body(f"curl http://h/v1/x --data-binary @{tmp_path}/b.json") == '{"a":\n1}'


def test_a_form_with_a_file(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    read = read_curl(
        f"curl http://h/v1/x -F model=w -F 'file=@{tmp_path}/a.wav;type=audio/wav;filename=b.wav' -F t[]=1 -F t[]=2"
    )
    (part,) = read.request.files
    assert (part.field, part.file_name, part.media_type, part.content) == ("file", "b.wav", "audio/wav", b"RIFF")
    assert read.request.form == (("model", "w"), ("t[]", "1"), ("t[]", "2"))


def test_data_that_get_puts_into_the_query():
    assert (
        read_curl("curl -G 'http://h/v1/x?a=1' -d b=2 --data-urlencode 'c=d e'").url == "http://h/v1/x?a=1&b=2&c=d%20e"
    )


def test_data_that_curl_encodes(tmp_path):
    (tmp_path / "text").write_text("a/b c")
    for given in ("'q=a/b c'", f"q@{tmp_path}/text"):
        assert body(f"curl http://h/v1/x --data-urlencode {given}") == "q=a%2Fb%20c"


def test_user_cookie_and_agent_are_headers():
    found = headers("curl http://h/v1/x -u me:pw -b s=1 -A probe -e http://r/")
    assert found == {"authorization": "Basic me:pw", "cookie": "s=1", "user-agent": "probe", "referer": "http://r/"}


def test_what_is_not_taken_is_told():
    told = "\n".join(read_curl("curl -k -x http://p:1 --frob http://h/v1/x http://h/v1/y").told)
    for word in ("--insecure", "--cacert FILE", "--proxy", "--frob", "http://h/v1/y"):
        assert word in told


def test_options_that_send_nothing_are_passed_over_with_their_values():
    read = read_curl("curl -s -o out.txt -m 30 -w '%{http_code}' -L --retry 3 --compressed http://h/v1/x -N -v")
    assert (read.url, read.told) == ("http://h/v1/x", ())


@pytest.mark.parametrize(
    "url", ["localhost:8080/v1/models", "$BASE/v1/models", "${BASE}/v1/models", "api.x.ai/v1/models"]
)
def test_addresses_without_a_scheme(url):
    assert read_curl(f"curl {url}").url == url


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("wget http://h", "no curl command"), ("curl -d x", "no URL"), ("curl 'http://h", "could not read"),
        ("curl http://h/v1/x -d", "nothing behind"), ("curl http://h/v1/x -d @/no/such/file", "/no/such/file"),
        ("curl http://h/v1/x -F a", "NAME=VALUE"), ("curl http://h/v1/x -d @-", "standard input"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why_and_what_to_do(command, what):
    with pytest.raises(BadInputError) as error:
        read_curl(command)
    (problem,) = error.value.problems
    assert what in problem.what
    assert problem.hint
