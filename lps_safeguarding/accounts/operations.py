"""Changes to accounts, with their entry in the trail and the end of sessions that must not go on."""

import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lps_safeguarding.access.refusals import WrongState
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people import operations as people_operations
from lps_safeguarding.people.models import (
    ROLES_THAT_READ_CASES,
    Absence,
    Adult,
    NonSchoolDay,
    OnDuty,
    OutsideContact,
    Role,
    RoleHeld,
    Service,
    Term,
    User,
)

from . import links, need_to_know, sessions
from .models import RequestKind, SessionNote, TwoPersonRequest

ROLES_THAT_TAKE_TWO = ROLES_THAT_READ_CASES | {Role.ADMINISTRATOR}
"""Roles that no administrator can give alone: otherwise anyone who administers accounts could read cases (ROL-05)."""


def _about(user: User) -> str:
    """How the trail names whose account it is: by its number."""
    return f"account {user.pk}"


# --- Accounts -------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_account(*, by: User, email: str, adult: Adult | None = None, **adult_fields) -> User:
    """An adult with an account; the link to choose a password is mailed to them."""
    need_to_know.check_can_administer(by)
    adult = adult or people_operations.add_adult(by=by, email=email, **adult_fields)
    user = people_operations.open_account(adult=adult, email=email, by=by)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    trail.note(by=by, act="account_made", why=_about(user))
    links.ask(user.email, first=True)
    return user


@transaction.atomic
def change_adult(*, by: User, adult: Adult, **fields) -> Adult:
    need_to_know.check_can_administer(by)
    adult = people_operations.change_adult(adult=adult, by=by, **fields)
    trail.note(by=by, act="changed", why=f"adult {adult.pk}")
    return adult


@transaction.atomic
def set_last_day(*, by: User, user: User, last_day: datetime.date | None) -> None:
    """The last day here. A day that is over ends all sessions now (ACC-06)."""
    need_to_know.check_can_administer(by)
    people_operations.set_last_day(adult=user.adult, last_day=last_day, by=by)
    trail.note(by=by, act="changed", why=f"last day, {_about(user)}")
    if last_day and last_day < timezone.localdate():
        sessions.end_all(user)


@transaction.atomic
def close_account(*, by: User, user: User) -> None:
    need_to_know.check_can_administer(by)
    if by.pk == user.pk:
        raise WrongState("Nobody closes their own account. Ask another administrator.")
    people_operations.close_account(user=user, by=by)
    sessions.end_all(user)
    trail.note(by=by, act="account_closed", why=_about(user))


@transaction.atomic
def reopen_account(*, by: User, user: User) -> None:
    need_to_know.check_can_administer(by)
    people_operations.reopen_account(user=user, by=by)
    trail.note(by=by, act="account_made", why=f"opened again, {_about(user)}")


@transaction.atomic
def end_sessions_of(*, by: User, user: User) -> int:
    """All of a person's sessions, by an administrator: a telephone was lost."""
    need_to_know.check_can_administer(by)
    ended = sessions.end_all(user)
    trail.note(by=by, act="session_ended", why=f"all, {_about(user)}")
    return ended


# --- Roles ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def give_role(
    *,
    by: User,
    user: User,
    role: Role,
    service: Service | None = None,
    from_date: datetime.date | None = None,
    until_date: datetime.date | None = None,
) -> RoleHeld | TwoPersonRequest:
    """Gives a role, or asks a second person for it where the role reads cases or administers accounts."""
    need_to_know.check_can_administer(by)
    if role not in ROLES_THAT_TAKE_TWO:
        return _give_role(by=by, user=user, role=role, service=service, from_date=from_date, until_date=until_date)
    if by.pk == user.pk:
        raise ValidationError("Nobody gives a role to themselves. Ask another administrator.")
    # What cannot be given is refused now, not when the second person answers.
    attempt = transaction.savepoint()
    people_operations.give_role(
        user=user, role=role, service=service, from_date=from_date, until_date=until_date, by=by
    )
    transaction.savepoint_rollback(attempt)
    user.forget_roles()
    return ask(
        by=by, kind=RequestKind.GIVE_ROLE, person=user, role=role, service=service,
        from_date=from_date, until_date=until_date,
    )  # fmt: skip


def _give_role(*, by: User, user: User, role: Role, **more) -> RoleHeld:
    held = people_operations.give_role(user=user, role=role, by=by, **more)
    trail.note(by=by, act="role_given", service=held.service, why=f"{role}, {_about(user)}")
    return held


@transaction.atomic
def end_role(*, by: User, held: RoleHeld, last_day: datetime.date | None = None) -> None:
    """Ends a role after a day, or at once: then from the person's next request on."""
    need_to_know.check_can_administer(by)
    people_operations.end_role(held=held, by=by, last_day=last_day)
    trail.note(by=by, act="role_ended", service=held.service, why=f"{held.role}, {_about(held.user)}")


# --- What takes two people ------------------------------------------------------------------------------------------
@transaction.atomic
def ask(*, by: User, kind: str, person: User, **details) -> TwoPersonRequest:
    """Starts something that a second person has to grant within three days."""
    need_to_know.check_can_administer(by)
    TwoPersonRequest.objects.filter(kind=kind, person=person, answered_at=None).exclude(
        pk__in=TwoPersonRequest.objects.open().values("pk")
    ).delete()
    if "email" in details:
        details["email"] = details["email"].strip().lower()
        if User.objects.filter(email__iexact=details["email"]).exists():
            raise ValidationError({"email": "Another account has this e-mail address already."})
    request = TwoPersonRequest(kind=kind, person=person, asked_by=by, **details)
    request.full_clean()
    request.save()
    trail.note(by=by, act="created", why=f"asked: {kind}, {_about(person)}")
    return request


@transaction.atomic
def answer(*, by: User, request: TwoPersonRequest, granted: bool) -> None:
    """The second person grants or refuses; what was granted happens now."""
    request = TwoPersonRequest.objects.select_for_update().get(pk=request.pk)
    need_to_know.check_can_answer(by, request)
    if not TwoPersonRequest.objects.open().filter(pk=request.pk).exists():
        raise WrongState("This has been answered already, or waited too long. It can be asked again.")
    request.answered_by, request.answered_at, request.granted = by, timezone.now(), granted
    request.full_clean()
    request.save()
    trail.note(
        by=by, act="decided", why=f"{'granted' if granted else 'refused'}: {request.kind}, {_about(request.person)}"
    )
    if not granted:
        return
    if request.kind == RequestKind.RESET_PASSWORD:
        links.ask(request.person.email)
    elif request.kind == RequestKind.REMOVE_FACTORS:
        _remove_factors(by=by, user=request.person)
    elif request.kind == RequestKind.CHANGE_EMAIL:
        _change_email(by=by, user=request.person, email=request.email)
    else:
        _give_role(
            by=by, user=request.person, role=Role(request.role), service=request.service,
            from_date=max(request.from_date or timezone.localdate(), timezone.localdate()),
            until_date=request.until_date,
        )  # fmt: skip


def _remove_factors(*, by: User, user: User) -> None:
    """All factors go and all sessions end. Whoever needs a second factor sets up a new one after the password."""
    Authenticator.objects.filter(user=user).delete()
    sessions.end_all(user)
    trail.note(by=by, act="credentials_changed", why=f"second factor removed, {_about(user)}")


def _change_email(*, by: User, user: User, email: str) -> None:
    people_operations.change_email(user=user, email=email, by=by)
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    sessions.end_all(user)
    trail.note(by=by, act="credentials_changed", why=f"e-mail address, {_about(user)}")


# --- One's own sessions ---------------------------------------------------------------------------------------------
@transaction.atomic
def end_own_session(*, by: User, note: SessionNote) -> None:
    sessions.end(SessionNote.objects.filter(pk=note.pk, user=by))
    trail.note(by=by, act="session_ended", why="one of their own")


@transaction.atomic
def end_own_other_sessions(*, by: User, but: str) -> int:
    ended = sessions.end_all(by, but=but)
    trail.note(by=by, act="session_ended", why="all other of their own")
    return ended


# --- Rota, calendar, services, contacts: the change and its entry -----------------------------------------------------
@transaction.atomic
def put_on_duty(*, by: User, **fields) -> OnDuty:
    _check_duty_of(by, fields.get("service"))
    duty = people_operations.put_on_duty(by=by, **fields)
    trail.note(by=by, act="duty_changed", service=duty.service, why="put on duty")
    return duty


@transaction.atomic
def change_duty(*, by: User, duty: OnDuty, **fields) -> OnDuty:
    _check_duty_of(by, duty.service)
    _check_duty_of(by, fields.get("service", duty.service))
    duty = people_operations.change_duty(duty=duty, by=by, **fields)
    trail.note(by=by, act="duty_changed", service=duty.service, why="changed")
    return duty


@transaction.atomic
def take_off_duty(*, by: User, duty: OnDuty) -> None:
    _check_duty_of(by, duty.service)
    people_operations.take_off_duty(duty=duty, by=by)
    trail.note(by=by, act="duty_changed", service=duty.service, why="taken off duty")


def _check_duty_of(by: User, service: Service | None) -> None:
    if service is None and not need_to_know.can_plan_whole_school(by):
        need_to_know.check_can_plan_duty(by, None)
        raise ValidationError({"service": "Only the lead DSL plans a duty for the whole school. Choose a service."})
    need_to_know.check_can_plan_duty(by, service)


@transaction.atomic
def record_absence(*, by: User, user: User, starts_at, ends_at=None) -> Absence:
    need_to_know.check_can_record_absence_of(by, user)
    absence = people_operations.record_absence(user=user, starts_at=starts_at, ends_at=ends_at, by=by)
    trail.note(by=by, act="duty_changed", why=f"away, {_about(user)}")
    return absence


@transaction.atomic
def end_absence(*, by: User, absence: Absence) -> None:
    need_to_know.check_can_record_absence_of(by, absence.user)
    people_operations.end_absence(absence=absence, by=by)
    trail.note(by=by, act="duty_changed", why=f"back, {_about(absence.user)}")


@transaction.atomic
def save_service(*, by: User, service: Service | None = None, **fields) -> Service:
    need_to_know.check_can_administer(by)
    saved = people_operations.save_service(by=by, service=service, **fields)
    trail.note(by=by, act="settings_changed", service=saved, why="service")
    return saved


@transaction.atomic
def save_outside_contact(*, by: User, contact: OutsideContact | None = None, **fields) -> OutsideContact:
    _check_contacts(by)
    saved = people_operations.save_outside_contact(by=by, contact=contact, **fields)
    trail.note(by=by, act="settings_changed", why=f"outside contact {saved.pk}")
    return saved


@transaction.atomic
def remove_outside_contact(*, by: User, contact: OutsideContact) -> None:
    _check_contacts(by)
    number = contact.pk
    people_operations.remove_outside_contact(contact=contact, by=by)
    trail.note(by=by, act="settings_changed", why=f"outside contact {number} removed")


def _check_contacts(by: User) -> None:
    need_to_know.check_can_change_calendar(by)


@transaction.atomic
def save_term(*, by: User, term: Term | None = None, **fields) -> Term:
    need_to_know.check_can_change_calendar(by)
    saved = people_operations.save_term(by=by, term=term, **fields)
    trail.note(by=by, act="settings_changed", why=f"term {saved.pk}")
    return saved


@transaction.atomic
def remove_term(*, by: User, term: Term) -> None:
    need_to_know.check_can_change_calendar(by)
    number = term.pk
    people_operations.remove_term(term=term, by=by)
    trail.note(by=by, act="settings_changed", why=f"term {number} removed")


@transaction.atomic
def save_non_school_day(*, by: User, day: NonSchoolDay | None = None, **fields) -> NonSchoolDay:
    need_to_know.check_can_change_calendar(by)
    saved = people_operations.save_non_school_day(by=by, day=day, **fields)
    trail.note(by=by, act="settings_changed", why=f"day without pupils {saved.pk}")
    return saved


@transaction.atomic
def remove_non_school_day(*, by: User, day: NonSchoolDay) -> None:
    need_to_know.check_can_change_calendar(by)
    number = day.pk
    people_operations.remove_non_school_day(day=day, by=by)
    trail.note(by=by, act="settings_changed", why=f"day without pupils {number} removed")
