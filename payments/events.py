"""News from payments, for whoever stands above. Plain values only."""

from django.dispatch import Signal

# fee_paid: fee_id (int), reference (str), amount (int, VND), paid_at (aware datetime).
# Sent inside the transaction that settles the fee; a receiver only records a task.
fee_paid = Signal()
