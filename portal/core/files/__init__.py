"""Files: taken from strangers with care, stored under random names before their row commits, read when unchanged.

`storing` writes and reads, `examining` opens what strangers sent in a process apart, `scanning` asks the virus
scanner, `receiving` puts the three together; `waiting` asks again about what the scanner could not be asked.
`serving` hands a file out.
"""

from portal.core.files.arriving import given_up
from portal.core.files.receiving import Demands, Quality, bound, joined, measured, receive, shown_name, turned
from portal.core.files.refusals import FileRefusedError
from portal.core.files.serving import POLICY, served
from portal.core.files.storing import GRACE, content_for_people, discard, read, reap_orphans, store
from portal.core.files.tabular import Table, read_workbook
from portal.core.files.waiting import scan_waiting

__all__ = [
    "GRACE",
    "POLICY",
    "Demands",
    "FileRefusedError",
    "Quality",
    "Table",
    "bound",
    "content_for_people",
    "discard",
    "given_up",
    "joined",
    "measured",
    "read",
    "read_workbook",
    "reap_orphans",
    "receive",
    "scan_waiting",
    "served",
    "shown_name",
    "store",
    "turned",
]
