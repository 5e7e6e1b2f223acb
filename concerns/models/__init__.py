from concerns.models.child_file import (
    ChildFile,
    ChildFileShare,
    ContactPerson,
    LinkedChild,
    PlanStatus,
    Vulnerability,
)
from concerns.models.concern import Addendum, Assignment, ChildInConcern, Concern, ConcernFile, ConcernShare
from concerns.models.context import ConcernContext, Context, ContextFollowUp, ContextNote
from concerns.models.decision import Decision, Feedback, FollowUp, Referral
from concerns.models.draft import Draft
from concerns.models.duties import CareArrangement, FgmReport, LocalPriority, StaffHarm
from concerns.models.hand_over import HandOver
from concerns.models.injury import InjuryMark
from concerns.models.listing import ListReview
from concerns.models.meeting import Meeting
from concerns.models.notices import ChildFound, EncompassNotice, MissingChild, StepTaken
from concerns.models.printing import PrintedChronology

__all__ = [
    "Addendum",
    "Assignment",
    "CareArrangement",
    "ChildFile",
    "ChildFileShare",
    "ChildFound",
    "ChildInConcern",
    "Concern",
    "ConcernContext",
    "ConcernFile",
    "ConcernShare",
    "ContactPerson",
    "Context",
    "ContextFollowUp",
    "ContextNote",
    "Decision",
    "Draft",
    "EncompassNotice",
    "Feedback",
    "FgmReport",
    "FollowUp",
    "HandOver",
    "InjuryMark",
    "LinkedChild",
    "ListReview",
    "LocalPriority",
    "Meeting",
    "MissingChild",
    "PlanStatus",
    "PrintedChronology",
    "Referral",
    "StaffHarm",
    "StepTaken",
    "Vulnerability",
]
