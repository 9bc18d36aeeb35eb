"""A flat file (CSV, TSV, Parquet) as a frame of texts with row numbers; a broken one gets one clear message.

Nothing is guessed from the look of a cell: every cell stays the text that was written, and the mapping
file says what it means. A row with too many or too few cells is rejected and listed; blank lines are
counted; a byte order mark and old line ends are accepted and said.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from paget.errors import BadInput, NotFound
from paget.intake.listing import list_rows
from paget.record.problems import ImportReport, Problem

if TYPE_CHECKING:
    import pyarrow as pa

ROW: Final = "row of the file"
"""Name of the column that holds the row's number in its file; the header is row 1."""

SEPARATORS: Final = (",", ";", "\t", "|")
ENCODINGS: Final = ("utf-8", "latin-1", "windows-1252", "utf-16")
LONGEST_CELL: Final = 32 * 2**20  # bytes; a longer cell is an unclosed quotation mark, not a value
_BLOCK: Final = 16 * 2**20  # bytes looked at together
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a flat file is written, as far as its mapping says.

    Attributes:
        separator: what stands between cells; blank: whichever of comma, semicolon, tab and bar
            gives the header most columns.
        encoding: one of :data:`ENCODINGS`.
        remarks: lines before the header that begin with this are skipped (cBioPortal's "#").
    """

    separator: str = ""
    encoding: str = "utf-8"
    remarks: str = ""


def read_flat(path: Path, *, shape: Shape | None = None, report: ImportReport) -> pl.DataFrame:
    """Read a flat file into a frame of trimmed texts; a blank cell is null.

    Args:
        path: a CSV, TSV or Parquet file.
        shape: how the file is written; None: a CSV in UTF-8.
        report: receives what was rejected and what is worth saying.

    Returns:
        The file's columns as texts, and :data:`ROW`.

    Raises:
        NotFound: there is no such file.
        BadInput: the file is not readable as a flat table.
    """
    if not path.is_file():
        raise NotFound("no such file", where=str(path))
    if path.suffix == ".parquet":
        return _read_parquet(path)
    shape = shape or Shape()
    data, skipped = _without_remarks(_decoded(path.read_bytes(), shape, path, report), shape.remarks)
    if b"\x00" in data:
        raise BadInput(
            "the file holds NUL bytes", where=path.name, mend="export it again as text (CSV, UTF-8)"
        )
    if data.count(b'"') % 2:
        raise BadInput(
            "a quotation mark is never closed",
            where=path.name,
            why="everything behind it would be read as one cell",
            mend='write a quotation mark inside a cell twice ("")',
        )
    names, separator = _header(data, shape.separator, path)
    frame = _parse(data, names, separator, skipped, path, report)
    report.read["rows of " + path.name] += frame.height
    return frame


def _decoded(data: bytes, shape: Shape, path: Path, report: ImportReport) -> bytes:
    encoding = shape.encoding
    for mark, of in _MARKS:
        if data.startswith(mark):
            report.problems.append(
                Problem("note", "the file begins with a byte order mark", source=path.name)
            )
            encoding = of
            if of == "utf-8":
                data = data[len(mark) :]
            break
    if encoding == "utf-8":
        _refuse_other_text(data, path)
        return data
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        raise _not_in(encoding, path, error.start) from None


def _refuse_other_text(data: bytes, path: Path) -> None:
    """Look for bytes that are not UTF-8, a block at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _BLOCK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + _BLOCK], final=start + _BLOCK >= len(data))
        except UnicodeDecodeError as error:
            raise _not_in("utf-8", path, start - pending + error.start) from None


def _not_in(encoding: str, path: Path, byte: int) -> BadInput:
    return BadInput(
        f"byte {byte + 1} of the file is not {encoding.upper()} text",
        where=path.name,
        mend="save it as UTF-8, or write its encoding in the mapping file "
        f"(encoding: {', '.join(name for name in ENCODINGS if name != encoding)})",
    )


def _without_remarks(data: bytes, remarks: str) -> tuple[bytes, int]:
    """The data behind its leading remark lines, and how many there were."""
    skipped, start = 0, 0
    while remarks and data.startswith(remarks.encode(), start):
        end = data.find(b"\n", start)
        if end < 0:
            return b"", skipped + 1
        start, skipped = end + 1, skipped + 1
    return (data[start:] if start else data), skipped


def _header(data: bytes, separator: str, path: Path) -> tuple[list[str], str]:
    head = codecs.getincrementaldecoder("utf-8")().decode(data[:1_000_000])
    if not head.strip():
        raise BadInput("the file is empty", where=path.name, mend="export it again, with a header row")
    first = {mark: _first_row(head, mark) for mark in ([separator] if separator else SEPARATORS)}
    chosen = max(first, key=lambda mark: len(first[mark]))
    names = [name.strip() or f"column {place}" for place, name in enumerate(first[chosen], start=1)]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise BadInput(
            f"{len(twice)} column name(s) stand in the header twice: {', '.join(map(repr, twice[:10]))}",
            where=f"{path.name}, row 1",
            why="nobody could say which of them is meant",
            mend="give each column a name of its own",
        )
    return names, chosen


def _first_row(head: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), [])
    except csv.Error:
        return []


def _parse(
    data: bytes, names: list[str], separator: str, skipped: int, path: Path, report: ImportReport
) -> pl.DataFrame:
    import pyarrow as pa  # heavy, and not needed for other ways in
    from pyarrow import csv as arrow_csv

    uneven: list[int] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        uneven.append(row.number)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, column_names=names, skip_rows_after_names=1, block_size=LONGEST_CELL
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise _refusal(path, error) from None
    numbers = pl.int_range(2, table.num_rows + len(uneven) + 2, dtype=pl.UInt32, eager=True)
    if uneven:
        numbers = numbers.filter(~numbers.is_in(pl.Series(uneven, dtype=pl.UInt32).implode()))
        _list_uneven(uneven, len(names), skipped, path, report)
    texts = _trimmed(pl.DataFrame(table)).with_columns((numbers + skipped).alias(ROW))
    filled = texts.filter(pl.any_horizontal(pl.col(names).is_not_null()))
    if filled.height < texts.height:
        report.ignored["blank lines"] += texts.height - filled.height
    return filled


def _trimmed(texts: pl.DataFrame) -> pl.DataFrame:
    texts = texts.with_columns(pl.all().str.strip_chars())
    return texts.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _list_uneven(uneven: list[int], cells: int, skipped: int, path: Path, report: ImportReport) -> None:
    list_rows(
        report,
        "rejected",
        f"the row does not have {cells} cells as the header has",
        (("", str(number + skipped)) for number in uneven),
        number=len(uneven),
        mend="a cell that holds the separator needs quotation marks",
        source=path.name,
    )
    report.not_understood["rows with too many or too few cells"] += len(uneven)


def _refusal(path: Path, error: pa.ArrowInvalid) -> BadInput:
    if "straddling" in str(error):
        return BadInput(
            "a cell is longer than 32 MiB", where=path.name, mend="look for an unclosed quotation mark"
        )
    return BadInput("the file cannot be read as a flat table", where=path.name, mend="export it again as CSV")


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise BadInput(
            "the file is not a Parquet file, or it is damaged", where=path.name, mend="write it again"
        ) from None
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    if nested:
        raise BadInput(
            f"column(s) hold lists or structures: {', '.join(nested[:10])}",
            where=path.name,
            mend="a flat file has one value a cell",
        )
    texts = _trimmed(frame.with_columns(pl.all().cast(pl.String)))
    numbers = pl.int_range(2, frame.height + 2, dtype=pl.UInt32, eager=True).alias(ROW)
    return texts.with_columns(numbers)
