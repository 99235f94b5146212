"""What people fill in about their account, and admins about the organisation."""
