"""What workers do for cases: each handler loads by id and makes one call. Safe to run again."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone
from django.utils.translation import override

from identity.models import CalendarChange
from onestop import bulk, printing
from onestop.errors import ActionNotAllowedError
from onestop.kinds import NoticeChannel
from onestop.models import Case, CaseRequest
from onestop.national_portal import pull, push
from onestop.providers.population import Newborn, personal_number
from onestop.references import ACCEPT_TOPIC, FEE_PAID_TOPIC, case_uuid
from onestop.services import (
    by_program,
    charging,
    confirming,
    consulting,
    counter,
    deciding,
    documents,
    following,
    forecasting,
    handling,
    idle,
    intake,
    notices,
    population,
    recomputing,
    reorganising,
    requesting,
    scanning,
    signatures,
    warning,
)
from onestop.services.advancing import NATIONAL_TOPIC
from portal.core.errors import OutsideWorldError
from portal.core.outbox import Envelope, RetryLater, Undeliverable, handler

log = structlog.get_logger(__name__)

handler(NATIONAL_TOPIC)(push.deliver)


@handler(FEE_PAID_TOPIC)
def settle_fee(envelope: Envelope) -> None:
    """A fee was paid: the case it belongs to moves on."""
    uuid = case_uuid(envelope.payload["reference"])
    if uuid:
        case_id = Case.objects.values_list("pk", flat=True).get(uuid=uuid)
        charging.settle(case_id=case_id, reference=envelope.payload["reference"], at=envelope.now)


@handler(ACCEPT_TOPIC)
def accept_paid(envelope: Envelope) -> None:
    """A case of a counter was paid for: it is accepted, as its clerk has asked."""
    counter.accept_paid(case_id=envelope.payload["case_id"], at=envelope.now)


@handler(signatures.READ_TOPIC)
def read_signatures(envelope: Envelope) -> None:
    """A paper with digital signatures came in: read them."""
    signatures.read_signatures(paper_id=envelope.payload["paper_id"])


@handler(documents.PRINT_TOPIC)
def print_document(envelope: Envelope) -> None:
    """Make the PDF of a form or of a draft result."""
    printing.print_document(document_id=envelope.payload["document_id"], at=envelope.now)


@handler(deciding.SIGN_TOPIC)
def sign(envelope: Envelope) -> None:
    """Put the leader's signature on a result."""
    printing.sign_result(document_id=envelope.payload["document_id"], at=envelope.now)


@handler(scanning.CERTIFY_TOPIC)
def certify_scan(envelope: Envelope) -> None:
    """Sign a scan that a clerk has compared with the original."""
    printing.certify_scan(scan_id=envelope.payload["scan_id"], at=envelope.now)


@handler(deciding.SEAL_TOPIC)
def seal(envelope: Envelope) -> None:
    """Number and seal a result, verify it strictly, and issue it."""
    printing.seal_result(document_id=envelope.payload["document_id"], at=envelope.now)


@handler(population.TOPIC)
def ask_for_personal_number(envelope: Envelope) -> None:
    """Ask the population database for the child's number; the same request gets the same number."""
    case = Case.objects.select_related("competent_agency__unit__parent").get(pk=envelope.payload["case_id"])
    child = case.answers.get("child")
    if not child:
        raise Undeliverable("The case names no child.")
    number = personal_number(
        Newborn(
            request_id=envelope.key,
            full_name=child["full_name"],
            birth_date=child["birth_date"],
            sex=child["sex"],
            province=population.PROVINCE,
        )
    )
    try:
        handling.record_personal_number(case_id=case.pk, number=number, at=envelope.now)
    except ActionNotAllowedError as error:
        # The case stands, for a supplement perhaps; the number is the same whenever it is asked for.
        raise RetryLater("The case is not being handled at the moment.") from error


@handler(bulk.TOPIC)
def act_on_many(envelope: Envelope) -> None:
    """An act was ordered on many cases: do it to each, in a transaction of its own."""
    with override("vi"):  # the officer reads why something was refused
        bulk.run(job_id=envelope.payload["job_id"], at=envelope.now)


@handler(reorganising.TOPIC)
def pass_cases_on(envelope: Envelope) -> None:
    """A reorganisation was applied: its open cases pass on to the successors, a batch at a time."""
    if reorganising.pass_on(reorganisation_id=envelope.payload["reorganisation_id"], at=envelope.now):
        raise RetryLater("Results are being signed in cases that pass on afterwards.")


@handler(recomputing.TOPIC)
def recompute_due_times(envelope: Envelope) -> None:
    """A working calendar was changed: each open case under it is counted anew, in a transaction of its own."""
    change = CalendarChange.objects.get(pk=envelope.payload["change_id"])
    for case_id in recomputing.running_under(change.calendar_id, envelope.now).iterator():
        recomputing.recompute_due_time(case_id=case_id, reason=change.reason, at=envelope.now)


@handler(notices.TOPIC)
def send_notice(envelope: Envelope) -> None:
    """Tell the applicant that their case has moved, over one of their channels. At least once."""
    notices.send(
        case_id=envelope.payload["case_id"],
        about=envelope.payload["action"],
        channel=NoticeChannel(envelope.payload.get("channel", NoticeChannel.EMAIL)),
        key=envelope.key,
        at=envelope.now,
    )


@handler(confirming.TOPIC)
def send_link(envelope: Envelope) -> None:
    """Send the link to what was filled in for another. At least once."""
    confirming.send_link(
        case_id=envelope.payload["case_id"],
        over=NoticeChannel(envelope.payload["over"]),
        token=envelope.payload["token"],
        key=envelope.key,
    )


@handler(warning.DELEGATION_TOPIC)
def tell_of_delegation(envelope: Envelope) -> None:
    """A seat was lent, or taken back: its holder and who works from it are told."""
    told = envelope.payload
    warning.tell_of_delegation(delegation_id=told["delegation_id"], has_ended=told["has_ended"], at=envelope.now)


@handler(notices.DESK_TOPIC)
def send_desk_letter(envelope: Envelope) -> None:
    """Write to a civil servant what the desk tells them. At least once."""
    notices.send_to_office(notice_id=envelope.payload["notice_id"], key=envelope.key)


@shared_task(name="onestop.warn_of_time_used_up")
def warn_of_time_used_up(**_: object) -> None:
    """Tell who holds a step, and who leads them, that a part of its time is used up."""
    now = timezone.now()
    for step_id in list(warning.steps_to_warn_of(now)[:500]):
        warning.warn(step_id=step_id, at=now)


@shared_task(name="onestop.forecast")
def forecast(**_: object) -> None:
    """Learn each night how long cases take, and rate those that are open by their risk of being late."""
    forecasting.learn(now=timezone.now())
    forecasting.rate(now=timezone.now())


@shared_task(name="onestop.tell_the_day")
def tell_the_day(**_: object) -> None:
    """The morning's digest for everybody at a desk."""
    warning.tell_the_day(now=timezone.now())


@handler(following.ASK_TOPIC)
def ask_ministry(envelope: Envelope) -> None:
    """Somebody follows a case at a ministry: ask where it stands."""
    following.ask(followed_id=envelope.payload["followed_id"], at=envelope.now)


@shared_task(name="onestop.ask_ministries")
def ask_ministries(**_: object) -> None:
    """Ask the ministries where the followed cases stand; one that does not answer is asked again later."""
    now = timezone.now()
    for followed_id in following.to_ask(now):
        try:
            following.ask(followed_id=followed_id, at=now)
        except OutsideWorldError as error:
            log.warning("ministry_does_not_answer", reason=type(error).__name__)
            return


@shared_task(name="onestop.look_after_idle_drafts")
def look_after_idle_drafts(**_: object) -> None:
    """Remind of drafts that nobody touches, tell before they are erased, erase them."""
    idle.look_after(now=timezone.now())


@shared_task(name="onestop.lapse_requests")
def lapse_requests(**_: object) -> None:
    """Close the requests whose time has run out, by the rule of their kind."""
    now = timezone.now()
    for request_id in CaseRequest.objects.lapsing(now).values_list("pk", flat=True)[:500]:
        requesting.lapse(request_id=request_id, at=now)


@shared_task(name="onestop.remind_of_opinions")
def remind_of_opinions(**_: object) -> None:
    """Remind those whose opinion is due within a working day."""
    now = timezone.now()
    for request_id in consulting.to_remind(now):
        consulting.remind(request_id=request_id, at=now)


@shared_task(name="onestop.remind_of_supplements")
def remind_of_supplements(**_: object) -> None:
    """Remind applicants of supplements whose time is nearly up."""
    now = timezone.now()
    for request_id in requesting.to_remind(now).iterator():
        requesting.remind(request_id=request_id, at=now)


@shared_task(name="onestop.pull_from_national_portal")
def pull_from_national_portal(**_: object) -> None:
    """Take in the cases that were filed at the national portal."""
    now = timezone.now()
    for filed in pull.new_cases():
        intake.take_in(filed, at=now)


@shared_task(name="onestop.forget_what_programs_left")
def forget_what_programs_left(**_: object) -> None:
    """Delete what programs uploaded and never used, and answers that nobody will ask for again."""
    by_program.forget(now=timezone.now())
