"""Memory is bounded by our limit, not by the server (S3, S4)."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from aioc.execute.body import BodyReader, EncodingError, LimitError
from aioc.model.exchange import Transfer

Ask = Callable[..., Transfer]
MIB = 1 << 20
JSON = b'{"ok":true}'


def peak_of(work: Callable[[], object]) -> int:
    """Give the bytes that were held at most while this ran."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_body_over_the_limit_is_not_read_to_its_end(ask: Ask, in_time: None) -> None:
    transfer = ask("fast_endless", max_body=MIB)
    assert transfer.failure is not None and transfer.failure.kind == "limit" and transfer.cut == "limit"
    assert transfer.failure.what == "the body is larger than 1,048,576 bytes"
    assert "--max-body" in transfer.failure.hint and len(transfer.body) == MIB


def test_a_body_of_exactly_the_limit_is_fine(ask: Ask) -> None:
    assert ask("keeps", max_body=11).failure is None
    assert ask("keeps", max_body=10).cut == "limit"
    assert ask("gzip_json", max_body=11).failure is None
    assert ask("gzip_json", max_body=10).body == JSON[:10]


def test_a_compression_bomb_costs_no_more_than_the_limit(ask: Ask, in_time: None) -> None:
    ask("gzip_bomb", max_body=10)  # made once, before the measurement
    transfers: list[Transfer] = []
    peak = peak_of(lambda: transfers.append(ask("gzip_bomb", max_body=MIB)))
    assert transfers[0].cut == "limit" and transfers[0].body == bytes(MIB)
    assert peak < 6 * MIB


@pytest.mark.parametrize("behaviour", ["stacked_bomb", "stacked_bomb_in_two_headers"])
def test_stacked_encodings_are_refused_unread(ask: Ask, behaviour: str) -> None:
    transfer = ask(behaviour, max_body=MIB)
    assert transfer.failure is not None and transfer.failure.kind == "broken"
    assert transfer.failure.what == "stacked content-encodings (gzip, gzip) are not read"
    assert transfer.status == 200 and transfer.body == b""


def test_bytes_after_the_compressed_body_are_not_collected(ask: Ask, in_time: None) -> None:
    transfer = ask("endless_after_gzip", seconds=1.5)
    assert transfer.failure is not None and transfer.failure.kind == "broken"
    assert transfer.failure.what == "bytes follow the end of the compressed body" and transfer.body == JSON


@pytest.mark.parametrize("behaviour", ["gzip_json", "deflate_json"])
def test_one_compression_is_undone(ask: Ask, behaviour: str) -> None:
    transfer = ask(behaviour)
    assert transfer.failure is None and transfer.body == JSON


def test_an_unknown_compression_stays_as_it_came(ask: Ask) -> None:
    transfer = ask("brotli")
    assert transfer.failure is None and JSON in transfer.body and transfer.header("content-encoding") == "br"


def test_a_truncated_compressed_body_is_broken_although_its_framing_is_right(ask: Ask) -> None:
    transfer = ask("truncated_gzip")
    assert transfer.failure is not None and transfer.failure.kind == "broken" and transfer.body == JSON
    assert transfer.failure.what == "the compressed body ends before its end"


RAW_DEFLATE = zlib.compress(JSON)[2:-4]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(JSON, mtime=0)),
        (" X-GZIP ", gzip.compress(JSON, mtime=0)),
        ("deflate", zlib.compress(JSON)),
        ("deflate", RAW_DEFLATE),
        ("identity", JSON),
        ("", JSON),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_compressed_body_is_read_in_pieces_of_any_size(coding: str, body: bytes, size: int) -> None:
    reader = BodyReader(coding, 100)
    decoded = b"".join(reader.feed(body[start : start + size]) for start in range(0, len(body), size))
    reader.finish()
    assert decoded == bytes(reader.body) == JSON


@pytest.mark.parametrize("length", [1, 2, 5, 12])
def test_a_compressed_body_cut_anywhere_is_not_whole(length: int) -> None:
    reader = BodyReader("gzip", 100)
    reader.feed(gzip.compress(JSON, mtime=0)[:length])
    with pytest.raises(EncodingError, match="ends before its end"):
        reader.finish()


def test_a_body_that_never_began_is_whole() -> None:
    reader = BodyReader("gzip", 100)
    reader.finish()  # 204, HEAD
    assert reader.body == b""


def test_a_body_that_is_not_compressed_as_it_says_is_broken() -> None:
    with pytest.raises(EncodingError, match="broken"):
        BodyReader("gzip", 100).feed(JSON)


def test_bytes_after_the_end_in_the_same_read_are_noticed_at_the_end() -> None:
    reader = BodyReader("gzip", 100)
    assert reader.feed(gzip.compress(JSON, mtime=0) + b"more") == JSON
    with pytest.raises(EncodingError, match="bytes follow"):
        reader.finish()


def test_the_limit_holds_for_each_small_piece_too() -> None:
    reader = BodyReader("", 4)
    reader.feed(b"ab")
    reader.feed(b"cd")
    with pytest.raises(LimitError):
        reader.feed(b"e")
    assert reader.body == b"abcd"
