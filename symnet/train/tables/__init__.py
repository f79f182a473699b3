"""CSV files as arrays: in memory, or row by row into files that are memory-mapped."""

from symnet.train.tables.columns import REST
from symnet.train.tables.folder import convert_table, open_table
from symnet.train.tables.table import Table, read_table

__all__ = ["REST", "Table", "convert_table", "open_table", "read_table"]
