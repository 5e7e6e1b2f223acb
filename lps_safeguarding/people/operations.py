"""Every change to people, roles, rota and calendar: keyword-only, `by=` the person who does it (None: set-up or a task).

Each is atomic, checks the row, and keeps a version with who and why. Who may do it is decided by the callers
(`accounts.need_to_know`); what can be true at all is decided here and in the database.
"""

import datetime
import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from . import school_calendar
from .models import (
    ROLES_THAT_READ_CASES,
    Absence,
    Adult,
    Child,
    DutyKind,
    NonSchoolDay,
    OnDuty,
    OutsideContact,
    Role,
    RoleHeld,
    Service,
    Term,
    User,
)


def _sign(row: models.Model, *, by: User | None, why: str) -> None:
    """Who and why, for the version that simple-history writes."""
    vars(row).update(_history_user=by, _change_reason=why[:100])


def _save(row: models.Model, *, by: User | None, why: str) -> None:
    _sign(row, by=by, why=why)
    row.full_clean()
    row.save()


def _remove(row: models.Model, *, by: User | None, why: str) -> None:
    """The row goes, its versions stay, the last one saying who took it away."""
    _sign(row, by=by, why=why)
    row.delete()


def _set(row: models.Model, fields: dict) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


# --- Services and contacts ------------------------------------------------------------------------------------------
@transaction.atomic
def save_service(*, by: User | None, service: Service | None = None, **fields) -> Service:
    service = service or Service()
    _set(service, fields)
    _save(service, by=by, why="service changed" if service.pk else "service added")
    return service


@transaction.atomic
def save_outside_contact(*, by: User | None, contact: OutsideContact | None = None, **fields) -> OutsideContact:
    contact = contact or OutsideContact()
    _set(contact, fields)
    _save(contact, by=by, why="contact changed" if contact.pk else "contact added")
    return contact


@transaction.atomic
def remove_outside_contact(*, contact: OutsideContact, by: User | None) -> None:
    _remove(contact, by=by, why="contact removed")


# --- Adults and accounts --------------------------------------------------------------------------------------------
@transaction.atomic
def add_adult(*, by: User | None, **fields) -> Adult:
    adult = Adult(**fields)
    _save(adult, by=by, why="adult added")
    return adult


@transaction.atomic
def change_adult(*, adult: Adult, by: User | None, why: str = "adult changed", **fields) -> Adult:
    adult = Adult.objects.select_for_update().get(pk=adult.pk)
    _set(adult, fields)
    _save(adult, by=by, why=why)
    return adult


def set_last_day(*, adult: Adult, last_day: datetime.date | None, by: User | None) -> Adult:
    """The last day on which this person works here and can sign in (ACC-06). None: stays."""
    return change_adult(adult=adult, by=by, why="last day set", leaves_on=last_day)


@transaction.atomic
def open_account(*, adult: Adult, email: str, by: User | None, password: str | None = None) -> User:
    """An account without a usable password: the person chooses one by the link that is mailed to them.

    `password` is for the demonstration, set-up and tests only.
    """
    user = User(adult=adult, email=email.strip().lower())
    user.set_password(password)
    _save(user, by=by, why="account opened")
    return user


@transaction.atomic
def change_email(*, user: User, email: str, by: User | None) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    user.email = email.strip().lower()
    _save(user, by=by, why="e-mail address changed")
    return user


@transaction.atomic
def close_account(*, user: User, by: User | None) -> User:
    """From the next request on, nobody is signed in with this account."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    _save(user, by=by, why="account closed")
    return user


@transaction.atomic
def reopen_account(*, user: User, by: User | None) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    _save(user, by=by, why="account opened again")
    return user


@transaction.atomic
def give_role(
    *,
    user: User,
    role: Role,
    by: User | None,
    service: Service | None = None,
    from_date: datetime.date | None = None,
    until_date: datetime.date | None = None,
) -> RoleHeld:
    """A role from a day on. Refused with a sentence: the same role twice at a time, a role for oneself, and the
    administrator's role together with one that reads cases (ROL-05)."""
    User.objects.select_for_update().get(pk=user.pk)
    if by is not None and by.pk == user.pk:
        raise ValidationError("Nobody gives a role to themselves. Ask another administrator.")
    from_date = from_date or timezone.localdate()
    held = RoleHeld(user=user, role=role, service=service, from_date=from_date, until_date=until_date)
    held.full_clean()
    meanwhile = RoleHeld.objects.filter(Q(until_date=None) | Q(until_date__gte=from_date), user=user)
    if until_date:
        meanwhile = meanwhile.filter(from_date__lte=until_date)
    if meanwhile.filter(role=role, service=service).exists():
        raise ValidationError(f"{user.name} holds this role in that time already. Choose other dates.")
    reads_cases = Q(role__in=ROLES_THAT_READ_CASES)
    if (role == Role.ADMINISTRATOR and meanwhile.filter(reads_cases).exists()) or (
        role in ROLES_THAT_READ_CASES and meanwhile.filter(role=Role.ADMINISTRATOR).exists()
    ):
        raise ValidationError(
            "A system administrator can read no case content, so nobody holds that role together with this one. "
            "End the other role first."
        )
    _save(held, by=by, why="role given")
    user.forget_roles()
    return held


@transaction.atomic
def end_role(*, held: RoleHeld, by: User | None, last_day: datetime.date | None = None) -> RoleHeld | None:
    """The role ends after `last_day`; without one, at once: from the next request on (8.3.2).

    A role given today and ended at once leaves no day on which it was held, so its row goes (its versions stay).
    """
    held = RoleHeld.objects.select_for_update().get(pk=held.pk)
    until = last_day or timezone.localdate() - datetime.timedelta(days=1)
    if until < held.from_date:
        if last_day is not None:
            raise ValidationError("The last day of the role is before its first day. Check both dates.")
        _remove(held, by=by, why="role ended at once")
        return None
    held.until_date = until
    _save(held, by=by, why="role ended")
    return held


# --- Rota -----------------------------------------------------------------------------------------------------------
def _check_duty(duty: OnDuty) -> None:
    day = timezone.localdate(duty.starts_at)
    roles = RoleHeld.objects.on(day).filter(user=duty.user)
    fit = roles.filter(role=Role.LEAD_DSL) | roles.filter(
        role=Role.SERVICE_DSL, **({"service": duty.service} if duty.service_id else {})
    )
    if not fit.exists() or not duty.user.can_sign_in(day):
        where = f"a DSL of {duty.service}" if duty.service_id else "a DSL"
        raise ValidationError(f"{duty.user.name} is not {where} on that day. Choose somebody who is.")
    twice = OnDuty.objects.overlapping(duty.starts_at, duty.ends_at).filter(user=duty.user, service=duty.service)
    if twice.exclude(pk=duty.pk).exclude(~Q(kind=duty.kind)).exists():
        raise ValidationError(f"{duty.user.name} is on duty there in that time already.")


@transaction.atomic
def put_on_duty(
    *,
    user: User,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User | None,
    service: Service | None = None,
    kind: str = DutyKind.SCHOOL_DAY,
    where: str = "",
    telephone: str = "",
) -> OnDuty:
    """Somebody who is a DSL then is on duty (ROL-03)."""
    duty = OnDuty(
        service=service, user=user, starts_at=starts_at, ends_at=ends_at, kind=kind, where=where, telephone=telephone
    )
    duty.full_clean()
    User.objects.select_for_update().get(pk=user.pk)
    _check_duty(duty)
    _save(duty, by=by, why="put on duty")
    return duty


@transaction.atomic
def change_duty(*, duty: OnDuty, by: User | None, **fields) -> OnDuty:
    """Another time, place or person (cover)."""
    duty = OnDuty.objects.select_for_update().get(pk=duty.pk)
    _set(duty, fields)
    duty.full_clean()
    User.objects.select_for_update().get(pk=duty.user_id)
    _check_duty(duty)
    _save(duty, by=by, why="duty changed")
    return duty


@transaction.atomic
def take_off_duty(*, duty: OnDuty, by: User | None) -> None:
    _remove(duty, by=by, why="taken off duty")


@transaction.atomic
def record_absence(
    *, user: User, starts_at: datetime.datetime, by: User | None, ends_at: datetime.datetime | None = None
) -> Absence:
    """Somebody is away, so that the one who covers is asked in their place."""
    absence = Absence(user=user, starts_at=starts_at, ends_at=ends_at)
    _save(absence, by=by, why="away")
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User | None, at: datetime.datetime | None = None) -> Absence | None:
    """Back again; an absence that had not begun is taken out."""
    absence = Absence.objects.select_for_update().get(pk=absence.pk)
    at = at or timezone.now()
    if at <= absence.starts_at:
        _remove(absence, by=by, why="absence called off")
        return None
    absence.ends_at = at
    _save(absence, by=by, why="back")
    return absence


# --- Calendar -------------------------------------------------------------------------------------------------------
def _calendar_changed() -> None:
    school_calendar.forget()
    transaction.on_commit(school_calendar.forget)


@transaction.atomic
def save_term(*, by: User | None, term: Term | None = None, **fields) -> Term:
    """Terms do not overlap: a date belongs to one term at most."""
    term = term or Term()
    _set(term, fields)
    term.full_clean()
    other = Term.objects.filter(starts_on__lte=term.ends_on, ends_on__gte=term.starts_on).exclude(pk=term.pk).first()
    if other:
        raise ValidationError(f"These dates overlap with “{other}”. Change one of the two.")
    _save(term, by=by, why="term saved")
    _calendar_changed()
    return term


@transaction.atomic
def remove_term(*, term: Term, by: User | None) -> None:
    _remove(term, by=by, why="term removed")
    _calendar_changed()


@transaction.atomic
def save_non_school_day(*, by: User | None, day: NonSchoolDay | None = None, **fields) -> NonSchoolDay:
    day = day or NonSchoolDay()
    _set(day, fields)
    _save(day, by=by, why="day without pupils saved")
    _calendar_changed()
    return day


@transaction.atomic
def remove_non_school_day(*, day: NonSchoolDay, by: User | None) -> None:
    _remove(day, by=by, why="day without pupils removed")
    _calendar_changed()


# --- Children -------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_child(*, by: User | None, **fields) -> Child:
    child = Child(**fields)
    _save(child, by=by, why="child added")
    return child


UNLISTED_CHILDREN = uuid.UUID("0d9e7f0a-3f0e-4a57-9b1c-52a9c0e3f6d1")


@transaction.atomic
def name_unlisted_child(
    *, by: User, form_key: uuid.UUID, full_name: str, service: Service, year_group: int | None = None
) -> Child:
    """A child whom a reporter could not find on the list: just the name as typed, to be confirmed by the office.

    The same form (`form_key`) with the same name gives the same child, so that sending twice makes one.
    """
    words = full_name.split()
    if not words:
        raise ValidationError("Type the child’s name as you know it.")
    key = uuid.uuid5(UNLISTED_CHILDREN, f"{form_key}|{' '.join(words).casefold()}")
    before = Child.objects.filter(pk=key).first()
    if before is not None:
        return before
    child = Child(
        pk=key,
        first_name=" ".join(words[:-1] or words)[:80],
        last_name=(words[-1] if len(words) > 1 else "(family name not known)")[:80],
        service=service,
        year_group=year_group,
        identity_to_confirm=True,
    )
    _save(child, by=by, why="named by a reporter, to be confirmed")
    return child


@transaction.atomic
def change_child(*, child: Child, by: User | None, why: str = "child changed", **fields) -> Child:
    child = Child.objects.select_for_update().get(pk=child.pk)
    _set(child, fields)
    _save(child, by=by, why=why)
    return child


def leavers(on: datetime.date | None = None) -> Iterable[User]:
    """Accounts of people who have left; their sessions end (ACC-06)."""
    return User.objects.filter(adult__leaves_on__lt=on or timezone.localdate())
