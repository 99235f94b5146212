"""Life events: a few questions, and from the answers the procedures in their order. Nothing is kept."""

from procedures.life_events.bundles import Bundle, bundle_for
from procedures.life_events.definition import LifeEvent, Question, all_events, event_called

__all__ = ["Bundle", "LifeEvent", "Question", "all_events", "bundle_for", "event_called"]
