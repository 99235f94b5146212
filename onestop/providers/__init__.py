"""Registers of the state that the handling asks."""
