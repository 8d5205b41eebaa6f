"""How values are encoded as QR codes: modes, ECI, levels, the size of a code with a logo."""

import random
from typing import Any

import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image
from segno import consts
from segno.encoder import add_alignment_patterns, add_finder_patterns, make_matrix

from rendering.engine.layout.qr_blocks import (
    count_data_bits,
    find_alignment_centers,
    find_function_modules,
    measure_damage,
)
from rendering.engine.layout.qr_segments import ALPHANUMERIC, BYTE, NUMERIC, Segment, count_bits, split_value
from rendering.engine.layout.qr_symbol import Symbol, encode_symbol, inspect_plate, select_middle
from rendering.engine.schema.qr import Logo
from rendering.tests.support.code_readers import read_with_zxing


def draw_modules(modules: np.ndarray) -> Image.Image:
    framed = np.pad(modules.astype(np.uint8), 4)
    return Image.fromarray(np.kron(255 - 255 * framed, np.ones((5, 5), np.uint8)))


def as_array(symbol: Symbol) -> np.ndarray:
    return np.array([list(row) for row in symbol.modules], bool)


@pytest.mark.parametrize("level", "LMQH")
@pytest.mark.parametrize("value", ["1", "0123456789" * 9, "HELLO WORLD", "https://example.com/t/1", "a\nb", "x" * 500])
def test_a_value_of_one_mode_is_encoded_as_segno_does(value: str, level: str) -> None:
    """So stored codes look as before."""
    code = segno.make_qr(value, error=level)
    symbol = encode_symbol(value, level)
    assert symbol.modules == tuple(bytes(row) for row in code.matrix)
    assert symbol.level == code.error


def test_text_other_than_ascii_says_that_it_is_utf8() -> None:
    for value in ("é", "各各", "müller 123456789012345678901234567890"):
        assert encode_symbol(value, "M").modules == tuple(
            bytes(row) for row in segno.make_qr(value, error="M", mode="byte", encoding="utf-8", eci=True).matrix
        )


def test_a_value_that_fits_without_the_header_alone_has_none() -> None:
    """Such values were accepted before codes had the header."""
    value = "é" + "x" * 1_271  # 1,273 bytes, as many as a code of level H holds
    assert len(encode_symbol(value, "H").modules) == len(encode_symbol(value[:-1], "H").modules) == 177
    assert read_with_zxing(draw_modules(as_array(encode_symbol(value, "H")))) == [value]


def test_digits_in_a_text_make_it_shorter() -> None:
    value = "https://example.com/t/12345678901234567890"
    assert split_value(value, 3) == (Segment(value[:22], BYTE), Segment(value[22:], NUMERIC))
    assert len(encode_symbol(value, "L").modules) < segno.make_qr(value, error="L").symbol_size(border=0)[0]
    assert split_value("AB", 1) == (Segment("AB", ALPHANUMERIC),)


def test_a_divided_value_is_never_longer_and_is_the_shortest() -> None:
    """Compared with every way to divide short values."""
    rng = random.Random(8)
    for _ in range(25):
        value = "".join(rng.choice("0123A:x") * rng.randint(1, 5) for _ in range(rng.randint(1, 3)))[:6]
        version = rng.choice([1, 20, 30])
        found = split_value(value, version)
        assert "".join(segment.text for segment in found) == value
        assert count_bits(found, version) == min(count_bits(way, version) for way in divide_in_all_ways(value)), value


def divide_in_all_ways(value: str) -> list[tuple[Segment, ...]]:
    if not value:
        return [()]
    ways = []
    for end in range(1, len(value) + 1):
        part = value[:end]
        modes = [BYTE]
        modes += [NUMERIC] if part.isdigit() else []
        modes += [ALPHANUMERIC] if set(part) <= set("0123A:") else []
        ways += [(Segment(part, mode), *rest) for mode in modes for rest in divide_in_all_ways(value[end:])]
    return ways


@pytest.mark.parametrize("level", "LMQH")
def test_capacities_and_patterns_are_those_of_the_standard(level: str) -> None:
    """As segno has them in its tables."""
    for version in range(1, 41):
        side = 17 + 4 * version
        matrix = make_matrix(side, side)
        add_finder_patterns(matrix, side, side)
        add_alignment_patterns(matrix, side, side)
        assert (find_function_modules(version) == (np.array([list(row) for row in matrix]) != 2)).all()
        blocks: Any = consts.ECC[version]
        parts = blocks[getattr(consts, f"ERROR_LEVEL_{level}")]
        codewords = sum(part.num_blocks * part.num_data for part in parts)
        assert count_data_bits(version, level) == 8 * codewords
    assert find_alignment_centers(1) == []
    assert find_alignment_centers(7)[0] == (6, 22)


@pytest.mark.parametrize("level", "LMQH")
def test_readers_repair_what_is_measured_as_repairable_and_no_more(level: str) -> None:
    """Modules in the middle are inverted until zxing gives up, which it does at 100 % at the latest."""
    rng = random.Random(3)
    for version in (3, 5, 9, 15):
        code = segno.make_qr("x", error=level, version=version, boost_error=False)
        modules = np.array([list(row) for row in code.matrix], bool)
        wrong = np.zeros_like(modules)
        places = [(row, column) for row in range(9, len(modules) - 9) for column in range(9, len(modules) - 9)]
        for place in rng.sample(places, len(places)):
            following = wrong.copy()
            following[place] = True
            following &= ~find_function_modules(version)
            if measure_damage(following, level) > 1:
                break
            wrong = following
        assert measure_damage(wrong, level) == 1
        assert read_pure(modules ^ wrong) == ["x"]
        assert read_pure(modules ^ following) != ["x"]


def read_pure(modules: np.ndarray) -> list[str]:
    """Read modules by zxing without any search for the code."""
    return [code.text for code in zxingcpp.read_barcodes(draw_modules(modules), is_pure=True)]


def test_a_hidden_finder_pattern_cannot_be_repaired() -> None:
    wrong = np.zeros((21, 21), bool)
    wrong[20, 0] = True
    assert measure_damage(wrong, "H") == float("inf")


@pytest.mark.parametrize("size", [0.1, 0.2, 0.25])
@pytest.mark.parametrize("value", ["1", "https://example.com/t/1", "x" * 60, "1" * 60])
def test_a_code_grows_until_readers_can_do_without_what_its_logo_hides(value: str, size: float) -> None:
    plain, symbol = encode_symbol(value, "M"), encode_symbol(value, "M", Logo(size=size))
    version = (len(symbol.modules) - 17) // 4
    assert symbol.plate % 2 == 1
    assert symbol.plate >= size * len(symbol.modules) + 2 > symbol.plate - 2
    assert inspect_plate(version, symbol.level, symbol.plate).is_readable
    smaller = encode_symbol(value, "M", Logo(size=0.01, quiet=0))
    assert len(plain.modules) <= len(smaller.modules) <= len(symbol.modules)


def test_the_plate_is_in_the_middle() -> None:
    assert np.argwhere(select_middle(21, 3)).tolist() == [
        [row, column] for row in (9, 10, 11) for column in (9, 10, 11)
    ]
    assert not select_middle(21, 0).any()
