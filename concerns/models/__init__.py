from concerns.models.child_file import (
    ChildFile,
    ChildFileShare,
    ContactPerson,
    LinkedChild,
    PlanStatus,
    Vulnerability,
)
from concerns.models.concern import Addendum, Assignment, ChildInConcern, Concern, ConcernFile, ConcernShare
from concerns.models.decision import Decision, Feedback, FollowUp, Referral
from concerns.models.draft import Draft

__all__ = [
    "Addendum",
    "Assignment",
    "ChildFile",
    "ChildFileShare",
    "ChildInConcern",
    "Concern",
    "ConcernFile",
    "ConcernShare",
    "ContactPerson",
    "Decision",
    "Draft",
    "Feedback",
    "FollowUp",
    "LinkedChild",
    "PlanStatus",
    "Referral",
    "Vulnerability",
]
