"""Internals for the operator: who serves where, and the calendars."""

from __future__ import annotations

from django.contrib import admin

from identity.models import Agency, Appointment, CalendarDay, Shift, WorkCalendar


class ShiftInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Shift
    extra = 0


@admin.register(WorkCalendar)
class WorkCalendarAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    inlines = [ShiftInline]


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["day", "name", "works_like", "calendar"]
    list_filter = ["calendar"]
    date_hierarchy = "day"


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["code", "name", "kind", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]
    raw_id_fields = ["unit"]


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["account", "agency", "role", "title", "valid_from", "valid_to"]
    list_filter = ["role"]
    raw_id_fields = ["account"]
    autocomplete_fields = ["agency"]
