"""What the public reads of a procedure: its page, the drawing of its steps, its data for machines."""

from procedures.showing import blank_forms, linked
from procedures.showing.page import Neighbour, Page, page_of

__all__ = ["Neighbour", "Page", "blank_forms", "linked", "page_of"]
