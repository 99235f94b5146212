"""One case living from its filing until now: how long things take, and what comes between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from identity.states import Role
from onestop.kinds import Channel, Delivery, RequestKind, RequestOutcome
from onestop.seeding.records import Over, Record, Seat, moment
from onestop.states import ENDED, Action
from procedures.definition import Consultation, ProcessStep
from procedures.promises import due_at

DAY: Final = 86_400.0
_HOUR: Final = 3_600.0
_SHORTEST_BUDGET: Final = 2 * 60  # working minutes; a case received just before closing is handled the next day
_BUDGET_WITHOUT_TIME: Final = 5 * 8 * 60
_DAYS_TO_SUPPLEMENT: Final = 10
_REASON: Final = "Giấy tờ nộp kèm chưa rõ, đề nghị Ông/Bà bổ sung bản chụp đầy đủ các trang."
_ASKED: Final = "Đề nghị xác minh nội dung người dân khai."
_QUESTION: Final = "Đề nghị cho ý kiến về nội dung hồ sơ thuộc lĩnh vực quản lý của quý cơ quan."
_SCALE: Final = {Role.OFFICER: 0.4, Role.LEADER: 0.35, Role.RECORDS_CLERK: 0.3}  # of the step's share, typically


class Life(Record):
    """A case that lives as its road, its people and chance have it."""

    def run(self, filed: float) -> None:
        """Let the case live from its filing until it ends or today comes."""
        try:
            self.act(Action.SUBMIT, *self._applicant(), filed)
            received = self._receive(filed)
            if received is not None:
                self._handle(received)
        except Over:
            pass
        self.case.version = len(self.events)
        self.case.due_at = moment(self.due)
        if self.case.state in ENDED and self.steps and self.steps[-1].finished_at is None:
            self.steps[-1].finished_at = self.case.changed_at
        if self.steps and self.steps[-1].finished_at is None:
            self.give_time(self.steps[-1])

    # --- at the counter

    def _receive(self, filed: float) -> float | None:
        """Return when the case was accepted; None when it never was."""
        at = self.world.clock.add(filed, self._reception_seconds())
        clerk = self._one_of(self.place.centre.pk, Role.CLERK)
        chance = self.rng.random()
        if chance < 0.007 and self.case.applicant_id is not None:
            self.act(Action.WITHDRAW, *self._applicant(), filed + (at - filed) / 2)
            return None
        if chance < 0.03:
            self.act(Action.REJECT, *clerk, at, note="Hồ sơ không thuộc thẩm quyền tiếp nhận.")
            return None
        if chance < 0.06:
            return self._supplement(clerk, at)
        return at

    def _reception_seconds(self) -> float:
        typical = 6 * 60 if self.case.channel == Channel.COUNTER else 75 * 60
        return self.rng.lognormvariate(0, 0.8) * typical

    def _supplement(self, asker: Seat, at: float) -> float | None:
        """Ask for a supplement; returns when it has come, None when it never did."""
        due = at + _DAYS_TO_SUPPLEMENT * DAY
        items = self.rng.sample(self.road.askable, min(2, len(self.road.askable)))
        self.stop_clock(at)
        self.act(Action.REQUEST_SUPPLEMENT, *asker, at, note=_REASON, data={"items": items})
        self.case.supplements += 1
        asked = self.ask(RequestKind.SUPPLEMENT, asker[1], None, at, due, _REASON, items)
        answered = at + self.rng.lognormvariate(0.9, 0.8) * DAY
        if answered > due:
            self.act(Action.LAPSE_SUPPLEMENT, Role.SYSTEM, None, None, due)
            self.close(asked, RequestOutcome.SILENT, due)
            return None
        self.act(Action.ANSWER_SUPPLEMENT, *self._applicant(), answered, data={"items": sorted(items)})
        self.close(asked, RequestOutcome.ANSWERED, answered)
        self.restart_clock(answered)
        return self.world.clock.add(answered, self.rng.lognormvariate(0, 0.8) * _HOUR)

    # --- being handled

    def _handle(self, at: float) -> None:
        clerk = self._one_of(self.place.centre.pk, Role.CLERK)
        self.act(Action.ACCEPT, *clerk, at)
        promised = due_at(self.road.limit, self.world.clock.calendar, datetime.fromtimestamp(at, UTC))
        self.due, self.accepted = promised.timestamp() if promised else None, at
        first, *others = self.road.steps
        self.open(first, at, 0)
        self.act(Action.HAND_OVER, *clerk, at)
        now, share = at, first.share
        self.finish(now)
        for place, step in enumerate(others):
            share += step.share
            self.open(step, now, share)
            if self.rng.random() < 0.02 and "SEND_BACK" in step.actions and place:
                now = self._back(step, others[place - 1], now, share)
            ended = self._work(step, now)
            if ended is None:
                return
            now = ended
            self.finish(now)

    def _work(self, step: ProcessStep, began: float) -> float | None:
        """Do one step; returns when it was done, None when the case ended in it."""
        actor = self._one_of(self.steps[-1].agency_id, Role(step.role))
        if "RETURN_RESULT" in step.actions:
            return self._return(actor, began)
        done = self.world.clock.add(began, self._seconds_for(step))
        if step.role == Role.OFFICER:
            interrupted = self._interruptions(step, actor, began, done)
            if interrupted is None:
                return None
            done = interrupted
        if "RECORD_FACTS" in step.actions:
            found = self.world.clock.add(began, self.world.clock.worked(done) - self.world.clock.worked(began) - 900)
            self.act(Action.RECORD_FACTS, *actor, min(found, done), data={"fields": sorted(self.road.facts)})
            self.case.facts = dict(self.road.facts)
        return self._finish_work(step, actor, done)

    def _finish_work(self, step: ProcessStep, actor: Seat, done: float) -> float:
        if "ASK_CONSENT" in step.actions and self.case.channel == Channel.ONLINE:
            done = self._consent(actor, done)
        if "PROPOSE" in step.actions:
            self.act(Action.PROPOSE, *actor, done)
            self.awaits_signature = True
        elif "SIGN" in step.actions:
            # A signature is real or it is not there: a case that has none waits for it.
            sealed = self.world.clock.add(done, self.rng.lognormvariate(0, 0.5) * _HOUR)
            if sealed > self.world.now:
                raise Over
            self.act(Action.SIGN, *actor, done)
        elif "ISSUE" in step.actions:
            done = min(done, self.world.now)
            self.act(Action.ISSUE, *actor, done)
            self.awaits_signature = False
        else:
            self.act(Action.FORWARD, *actor, done, note="Kính chuyển.")
        return done

    def _interruptions(self, step: ProcessStep, actor: Seat, began: float, done: float) -> float | None:
        """Let something come between; returns when the work is done then, None when the case ended by it."""
        clock, chance = self.world.clock, self.rng.random()
        middle = clock.add(began, (clock.worked(done) - clock.worked(began)) * self.rng.uniform(0.2, 0.8))
        left = clock.worked(done) - clock.worked(middle)
        if chance < 0.05 and "REQUEST_SUPPLEMENT" in step.actions:
            back = self._supplement(actor, middle)
            return None if back is None else clock.add(back, left)
        if chance < 0.058 and self.case.applicant_id is not None:
            return self._withdrawal(actor, middle, left)
        if chance < 0.066:
            return self._suspension(actor, middle, left)
        if chance < 0.15 and "ASK_VERIFICATION" in step.actions:
            return self._verification(actor, middle, left)
        if chance < 0.5 and step.consultation and self.road.consulted:
            return self._opinions(step.consultation, actor, middle, left)
        return done

    def _withdrawal(self, actor: Seat, at: float, left: float) -> float | None:
        self.stop_clock(at)
        self.act(Action.REQUEST_WITHDRAWAL, *self._applicant(), at, note="Tôi không còn nhu cầu.")
        answered = self.world.clock.add(at, self.rng.lognormvariate(0, 0.6) * 5 * _HOUR)
        if self.rng.random() < 0.8:
            self.act(Action.ACCEPT_WITHDRAWAL, *actor, answered)
            return None
        self.act(Action.REFUSE_WITHDRAWAL, *actor, answered, note="Kết quả đã được dự thảo.")
        self.restart_clock(answered)
        return self.world.clock.add(answered, left)

    def _suspension(self, actor: Seat, at: float, left: float) -> float:
        self.stop_clock(at)
        self.act(Action.SUSPEND, *actor, at, note="Chờ kết luận của cơ quan có thẩm quyền.")
        resumed = self.world.clock.add(at, self.rng.lognormvariate(2.3, 0.6) * 8 * _HOUR)
        self.act(Action.RESUME, *actor, resumed)
        self.restart_clock(resumed)
        return self.world.clock.add(resumed, left)

    def _verification(self, actor: Seat, at: float, left: float) -> float:
        process = self.road.definition.process
        days = process.verification_days if process else None
        if days is None:
            return self.world.clock.add(at, left)
        calendar, asked_at = self.world.clock.calendar, datetime.fromtimestamp(at, UTC)
        others = [place.competent for place in self.road.places if place != self.place]
        of = self.rng.choice(others or [self.place.competent])
        self.act(Action.ASK_VERIFICATION, *actor, at, note=_ASKED, data={"of": of.code, "days": days})
        if self.due is not None:
            self.due = calendar.postpone(datetime.fromtimestamp(self.due, UTC), days).timestamp()
        due = calendar.add_working_days(asked_at, days).timestamp()
        asked = self.ask(RequestKind.VERIFICATION, actor[1], of.pk, at, due, _ASKED)
        answered = self.world.clock.add(at, self.rng.lognormvariate(-0.3, 0.5) * days * 8 * _HOUR)
        data = {"outcome": RequestOutcome.CONFIRMED}
        self.act(Action.ANSWER_VERIFICATION, *actor, answered, note="Đúng như đã khai.", data=data)
        self.close(asked, RequestOutcome.CONFIRMED, answered)
        return self.world.clock.add(answered, left)

    def _opinions(self, terms: Consultation, actor: Seat, at: float, left: float) -> float:
        """Ask agencies for opinions; the work goes on when all have answered, or silence has for them."""
        clock, asked_at = self.world.clock, datetime.fromtimestamp(at, UTC)
        promised = due_at(terms.time, clock.calendar, asked_at) if terms.time else None
        if promised is None:
            return clock.add(at, left)
        due, silence = promised.timestamp(), terms.silence_is_consent
        of = self.rng.sample(self.road.consulted, self.rng.randint(1, len(self.road.consulted)))
        self.act(Action.ASK_OPINION, *actor, at, data={"of": [agency.code for agency in of]})
        asked = [
            self.ask(RequestKind.CONSULTATION, actor[1], agency.pk, at, due, _QUESTION, silence_is_consent=silence)
            for agency in of
        ]
        typical = (clock.worked(due) - clock.worked(at)) / 2
        answers = sorted(clock.add(at, self.rng.lognormvariate(0, 0.5) * typical) for _ in of)
        for agency, request, answered in zip(of, asked, answers, strict=True):
            is_silent = silence and answered > due
            who = (Role.SYSTEM, None, None) if is_silent else self._one_of(agency.pk, Role.OFFICER)
            at = min(answered, due) if silence else answered
            self.act(Action.ANSWER_OPINION, *who, at, data={"of": [agency.code]})
            self.close(request, RequestOutcome.SILENT if is_silent else RequestOutcome.AGREED, at)
        return clock.add(at, left)

    def _consent(self, actor: Seat, at: float) -> float:
        process = self.road.definition.process
        until = at + (process.consent_hours or 0 if process else 0) * _HOUR
        answered = at + self.rng.lognormvariate(-0.5, 1) * _HOUR
        self.act(Action.ASK_CONSENT, *actor, at)
        asked = self.ask(RequestKind.CONSENT, actor[1], None, at, until, "")
        outcome = RequestOutcome.AGREED if answered < until else RequestOutcome.SILENT
        answering = self._applicant() if answered < until else (Role.SYSTEM, None, None)
        answered = min(answered, until)
        self.act(Action.ANSWER_CONSENT, *answering, answered, data={"outcome": outcome})
        self.close(asked, outcome, answered)
        return self.world.clock.add(answered, 600)

    def _back(self, step: ProcessStep, earlier: ProcessStep, began: float, share: int) -> float:
        """Send the case back once and get it again."""
        actor = self._one_of(self.steps[-1].agency_id, Role(step.role))
        sent = self.world.clock.add(began, self._seconds_for(step) / 2)
        self.act(Action.SEND_BACK, *actor, sent, note="Đề nghị rà soát lại nội dung.", data={"to": earlier.code})
        self.finish(sent)
        self.open(earlier, sent, share - step.share)
        doer = self._one_of(self.steps[-1].agency_id, Role(earlier.role))
        done = self._finish_work(earlier, doer, self.world.clock.add(sent, self._seconds_for(earlier) / 2))
        self.finish(done)
        self.open(step, done, share)
        return done

    def _return(self, actor: Seat, at: float) -> float:
        if self.case.delivery == Delivery.ELECTRONIC:
            self.act(Action.RETURN_RESULT, Role.SYSTEM, None, None, at)
            return at
        self.act(Action.ARRIVE, Role.SYSTEM, None, None, at)
        collected = self.world.clock.add(at, self.rng.lognormvariate(0.4, 0.9) * 8 * _HOUR)
        proof = {"waybill": f"{self.rng.randrange(10**9):09}VN"} if self.case.is_posted else {"id_checked": "yes"}
        self.act(Action.RETURN_RESULT, *actor, collected, data=proof)
        return collected

    def _seconds_for(self, step: ProcessStep) -> float:
        """Return the working seconds that a step takes: log-normal about a part of its share, by agency and step."""
        if self.due is None:
            budget = _BUDGET_WITHOUT_TIME
        else:
            budget = max(self.world.clock.minutes(self.accepted, self.due), _SHORTEST_BUDGET)
        typical = budget * 60 * max(step.share, 5) / 100 * _SCALE.get(Role(step.role), 0.4)
        return (
            typical
            * self.world.pace(self.road.agency_of(step, self.place), step.code)
            * self.rng.lognormvariate(0, 0.55)
        )

    def _applicant(self) -> Seat:
        """Return who files and answers: the applicant, or at the counter a clerk for them."""
        if self.case.applicant_id is not None:
            return Role.APPLICANT, self.case.applicant_id, None
        if self.case.channel == Channel.NATIONAL:
            return Role.SYSTEM, None, None
        return self._one_of(self.place.centre.pk, Role.CLERK)

    def _one_of(self, agency: int, role: Role) -> Seat:
        return role, self.rng.choice(self.world.seats[agency, role]), agency
