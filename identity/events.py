"""News from identity, for whoever stands above. Plain values only."""

from django.dispatch import Signal

# calendar_changed: change_id (int), calendar_id (int), at (aware datetime).
# Sent inside the transaction that changes the calendar; a receiver only records a task.
calendar_changed = Signal()

# delegation_changed: delegation_id (int), has_ended (bool), at (aware datetime).
# Sent inside the transaction that delegates or revokes; a receiver only records a task.
delegation_changed = Signal()
