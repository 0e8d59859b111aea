"""Documents of every shape are the same documents."""

import datetime
import decimal
import json

import duckdb
import pandas
import polars
import pyarrow
import pytest

import wirecopy

QUOTE = "the harbor will stay closed until the last crane has been tested twice by the port"
ROWS = [
    {"id": "m", "text": f"On Sunday {QUOTE}.", "outlet": "Daily", "date": "2020-01-01"},
    {"id": "n", "text": f"It read: {QUOTE}. Then came the rain.", "outlet": "Courier", "date": None},
    {"id": "o", "text": "A cat was found in a tree.", "outlet": None, "date": "2020-01-03"},
]
ARROW = pyarrow.Table.from_pylist(ROWS)


def typed(kind: pyarrow.DataType) -> pyarrow.Table:
    return ARROW.set_column(1, "text", ARROW["text"].cast(kind))


def duck() -> duckdb.DuckDBPyRelation:
    rows = ARROW  # noqa: F841, which the query reads
    return duckdb.sql("SELECT * FROM rows")


TABLES = {
    "rows": ROWS,
    "arrow": ARROW,
    "record batch": ARROW.to_batches()[0],
    "reader": pyarrow.RecordBatchReader.from_batches(ARROW.schema, ARROW.to_batches()),
    "large strings": typed(pyarrow.large_string()),
    "string views": typed(pyarrow.string_view()),
    "dictionary": ARROW.set_column(1, "text", ARROW["text"].dictionary_encode()),
    "pandas": pandas.DataFrame(ROWS),
    "polars": polars.DataFrame(ROWS),
    "duckdb": duck(),
    "chunks": pyarrow.concat_tables([ARROW.slice(0, 1), ARROW.slice(1, 0), ARROW.slice(1)]),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_read(name: str) -> None:
    pairs = wirecopy.scan(TABLES[name]).pairs.to_pylist()
    sides = [(pair[side]["id"], pair[side]["outlet"]) for pair in pairs for side in "ab"]
    assert sides == [("m", "Daily"), ("n", "Courier")]
    assert pairs[0]["a"]["date"] == "2020-01-01"


def test_strings_are_numbered() -> None:
    pairs = wirecopy.scan([row["text"] for row in ROWS]).pairs.to_pylist()
    assert [(pair["a"]["id"], pair["b"]["id"]) for pair in pairs] == [("0", "1")]


def test_numbers_and_times_are_ids_and_dates() -> None:
    noon = datetime.datetime(2020, 1, 1, 12)
    table = pyarrow.table(
        {
            "id": [7, 8],
            "text": [row["text"] for row in ROWS[:2]],
            "date": [noon, noon + datetime.timedelta(days=1)],
        }
    )
    pair = wirecopy.scan(table).pairs.to_pylist()[0]
    assert (pair["a"]["id"], pair["b"]["id"], pair["first"]) == ("7", "8", "7")


#: Values of a type, and how they are written as an id.
WRITTEN: list[tuple[pyarrow.Array, list[str]]] = [
    (pyarrow.array([7, -8], pyarrow.int8()), ["7", "-8"]),
    (pyarrow.array([7, 2**64 - 1], pyarrow.uint64()), ["7", "18446744073709551615"]),
    (pyarrow.array([7.0, 0.25]), ["7.0", "0.25"]),
    (pyarrow.array([True, False]), ["true", "false"]),
    (
        pyarrow.array([decimal.Decimal("1.50"), decimal.Decimal("-2.25")]),
        ["1.50", "-2.25"],
    ),
    (pyarrow.array([1, 2]).dictionary_encode(), ["1", "2"]),
    (pyarrow.array(["x", "y"]).dictionary_encode(), ["x", "y"]),
    (pyarrow.array([0, 1], pyarrow.date32()), ["1970-01-01", "1970-01-02"]),
    (
        pyarrow.array([0, 86_400_000], pyarrow.date64()),
        ["1970-01-01T00:00:00", "1970-01-02T00:00:00"],
    ),
    (
        pyarrow.array([0, 1500], pyarrow.timestamp("ms")),
        ["1970-01-01T00:00:00", "1970-01-01T00:00:01.500"],
    ),
    (
        pyarrow.array([0, 60], pyarrow.timestamp("s", "Europe/Rome")),
        ["1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z"],
    ),
    (
        pyarrow.array([0, 60_000_000_000], pyarrow.timestamp("ns", "+02:00")),
        ["1970-01-01T02:00:00+02:00", "1970-01-01T02:01:00+02:00"],
    ),
]


@pytest.mark.parametrize(("values", "written"), WRITTEN, ids=lambda one: str(getattr(one, "type", "")))
def test_values_of_many_types_are_written_as_strings(
    values: pyarrow.Array, written: list[str]
) -> None:
    table = pyarrow.table({"text": [row["text"] for row in ROWS[:2]], "id": values})
    [pair] = wirecopy.scan(table).pairs.to_pylist()
    assert {pair["a"]["id"], pair["b"]["id"]} == set(written)
    # A null is no value, whatever the type; ids are then the numbers of the rows.
    nulls = pyarrow.nulls(2, values.type)
    [pair] = wirecopy.scan(table.set_column(1, "id", nulls)).pairs.to_pylist()
    assert {pair["a"]["id"], pair["b"]["id"]} == {"0", "1"}


def test_a_dictionary_without_values_is_nulls() -> None:
    ids = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([None, None], pyarrow.int32()), pyarrow.array([], pyarrow.string())
    )
    table = pyarrow.table({"text": [row["text"] for row in ROWS[:2]], "id": ids})
    assert len(wirecopy.scan(table).pairs) == 1


def test_days_of_a_zone_are_dates() -> None:
    noon = pyarrow.array([1_600_000_000, 1_600_086_400], pyarrow.timestamp("s", "UTC"))
    table = pyarrow.table({"text": [row["text"] for row in ROWS[:2]], "date": noon})
    assert len(wirecopy.scan(table, max_days=1).pairs) == 1
    assert len(wirecopy.scan(table, max_days=0).pairs) == 0


def test_columns_have_other_names() -> None:
    renamed = ARROW.rename_columns(["_id", "body", "publisher", "published"])
    assert wirecopy.scan(renamed).pairs.to_pylist()[0]["a"]["outlet"] == "Daily"
    odd = ARROW.rename_columns(["id", "Fließtext", "outlet", "date"])
    assert len(wirecopy.scan(odd, text_column="Fließtext").pairs) == 1


def test_what_cannot_be_read_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="no column `text`; the columns are a, b. name yours with"):
        wirecopy.scan(pyarrow.table({"a": ["x"], "b": ["y"]}))
    with pytest.raises(ValueError, match="no column `there`"):
        wirecopy.scan(ARROW, outlet_column="there")
    with pytest.raises(ValueError, match="column `text` holds .* cast it to strings"):
        wirecopy.scan(pyarrow.table({"text": [b"bytes"]}))
    with pytest.raises(ValueError, match="column `id` holds .* cast it to strings"):
        wirecopy.scan(pyarrow.table({"text": ["x"], "id": [["a"]]}))
    with pytest.raises(TypeError, match=r"pass frame.collect\(\)"):
        wirecopy.scan(polars.LazyFrame(ROWS))
    with pytest.raises(TypeError, match="a document is a string or a dictionary, not int"):
        wirecopy.scan(["a", 7])
    with pytest.raises(TypeError, match="one text has nothing to be compared with"):
        wirecopy.scan("a text")
    with pytest.raises(TypeError, match="float holds no documents"):
        wirecopy.scan(1.5)
    with pytest.raises(ValueError, match="min_tokens: 0 is not a length of a passage"):
        wirecopy.scan(ROWS, min_tokens=0)
    with pytest.raises(ValueError, match="scope: `houses` is not known. give one of auto, outlets"):
        wirecopy.scan(ROWS, scope="houses")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="memory: `1 peck` is no size"):
        wirecopy.scan(ROWS, memory="1 peck")


def test_rows_without_a_text_are_counted() -> None:
    with pytest.warns(wirecopy.WirecopyWarning, match="2 rows have no text"):
        found = wirecopy.scan([{"text": None}, *ROWS, {"id": "p"}])
    assert (found.summary["documents"], len(found.pairs)) == (3, 1)


def test_dates_that_cannot_be_read_are_said() -> None:
    rows = [{**row, "date": "1/2/2020"} for row in ROWS]
    with pytest.warns(wirecopy.WirecopyWarning, match="3 dates cannot be read, the first: `1/2/2"):
        assert wirecopy.scan(rows).pairs.to_pylist()[0]["first"] is None


def test_ids_of_several_documents_are_said() -> None:
    rows = [{**row, "id": "same"} for row in ROWS]
    with pytest.warns(wirecopy.WirecopyWarning, match="3 documents have the same id `same`"):
        assert len(wirecopy.scan(rows).pairs) == 1


def test_no_documents_are_no_pairs() -> None:
    empty = wirecopy.scan(ARROW.slice(0, 0))
    assert (len(empty.pairs), len(empty.families)) == (0, 0)
    assert empty.pairs.column_names == wirecopy.scan(ARROW).pairs.column_names
    assert pyarrow.table(empty.pairs).schema == pyarrow.table(wirecopy.scan(ARROW).pairs).schema
    assert len(wirecopy.dedup(ARROW.slice(0, 0)).kept) == 0
    assert json.loads(json.dumps(empty.summary))["documents"] == 0
