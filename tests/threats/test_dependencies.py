"""What aioc relies on in its dependencies, tested on them alone: an upgrade that changes its meaning is red here."""

import re
import tomllib
import zlib
from pathlib import Path

import httpcore
import httpx
import jsonschema_rs
import junit_xml
import pytest
import yaml
from jsonpath_ng.ext import parse
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "scripts" / "requirements-ci.txt"
pytestmark = pytest.mark.threat("R14")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("$.x[0]", {"x": "text"}, []),
        ("$.x[0]", {"x": 1}, []),
        ("$.x[0]", {"x": {"0": 1}}, []),
        ("$.x[-1]", {"x": [1, 2]}, [2]),
        ("$.x[*]", {"x": 1}, []),
        ("$.x", {}, []),
        ("$.x", {"x": None}, [None]),
        ("$['a b']", {"a b": 1}, [1]),
        ("$..x", {"x": [{"x": 1}]}, [[{"x": 1}], 1]),
    ],
)
def test_a_path_selects_nothing_of_the_wrong_kind_and_null_is_a_value(path, value, expected):
    assert [match.value for match in parse(path).find(value)] == expected


@pytest.mark.parametrize("reference", ["http://127.0.0.1:1/x", "file:///etc/hostname"])
def test_a_schema_is_never_fetched(reference):
    validator = Draft202012Validator({"$ref": reference}, registry=Registry())
    with pytest.raises(Exception, match=r".") as caught:
        list(validator.iter_errors(1))
    assert isinstance(caught.value, Unresolvable) or "Unresolvable" in str(type(caught.value).__mro__)


def test_a_bool_is_no_integer_and_a_whole_float_is_one():
    assert list(Draft202012Validator({"type": "integer"}).iter_errors(True))
    assert not list(Draft202012Validator({"type": "integer"}).iter_errors(1.0))
    assert isinstance(next(iter(Draft202012Validator({"type": "integer"}).iter_errors("1"))), ValidationError)


def test_both_validators_say_the_same():
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}},
        "unevaluatedProperties": False,
    }
    fast = jsonschema_rs.validator_for(schema)
    for value in ({"a": 1}, {"a": "1"}, {}, {"a": 1, "b": 2}, 1):
        assert fast.is_valid(value) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
def test_yaml_gives_events_with_places_and_styles(loader):
    events = list(yaml.parse("a: [1, 'b']\n", Loader=loader))
    scalars = [event for event in events if isinstance(event, yaml.ScalarEvent)]
    assert [(event.value, event.style or "", event.start_mark.column) for event in scalars] == [
        ("a", "", 0), ("1", "", 4), ("b", "'", 7),
    ]  # fmt: skip
    assert [event.flow_style for event in events if isinstance(event, yaml.SequenceStartEvent)] == [True]


def test_httpx_keeps_the_order_of_headers_and_frames_a_form():
    request = httpx.Request(
        "POST", "http://x/", headers=[(b"b", b"1"), (b"a", b"2"), (b"b", b"3")], files=[("f", (None, b"v", None))]
    )
    assert [name.lower() for name, _ in request.headers.raw][:4] == [b"host", b"b", b"a", b"b"]
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")


def test_httpcore_raises_its_own_errors_and_takes_our_sockets():
    class Nobody(httpcore.NetworkBackend):
        def connect_tcp(self, *given, **more):
            raise httpcore.ConnectError("nobody")

    with (
        httpcore.ConnectionPool(network_backend=Nobody()) as pool,
        pytest.raises(httpcore.ConnectError, match="nobody"),
    ):
        pool.request("GET", "http://127.0.0.1:1/")


def test_zlib_gives_no_more_than_is_asked_for():
    inflate = zlib.decompressobj(47)
    assert len(inflate.decompress(zlib.compress(bytes(1 << 20)), 1000)) == 1000
    assert not inflate.eof


def test_junit_xml_writes_what_we_give_it():
    case = junit_xml.TestCase("a", "b.c", 1.5)
    case.add_failure_info("m", "t", "aioc.fail")
    assert '<failure type="aioc.fail" message="m">t</failure>' in junit_xml.to_xml_report_string(
        [junit_xml.TestSuite("s", [case])]
    )


def test_the_lock_has_every_package_within_its_bounds_and_names_no_registry():
    from packaging.requirements import Requirement

    text = LOCK.read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for need in map(Requirement, (*project["dependencies"], *extras["dev"], *extras["real"])):
        name = re.sub(r"[-_.]+", "-", need.name).lower()
        assert name in locked, f"{name}: run scripts/dependencies.sh lock"
        assert need.specifier.contains(locked[name], prereleases=True), f"{name}: run scripts/dependencies.sh lock"
    assert all(line.endswith("\\") for line in text.splitlines() if "==" in line.partition("#")[0])  # hashes follow
    assert "://" not in text
