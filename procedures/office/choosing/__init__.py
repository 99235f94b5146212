"""Conditions by choosing from lists: groups of lines, each about one aspect of an answer."""

from procedures.office.choosing.forms import Condition, RuleForm, rule_forms

__all__ = ["Condition", "RuleForm", "rule_forms"]
