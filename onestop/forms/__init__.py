"""What people type: civil servants at the desk, and applicants where no e-form asks."""

from onestop.forms.acts import (
    AcceptForm,
    ColleagueForm,
    DaysForm,
    DraftForm,
    NoteForm,
    NothingForm,
    PaymentForm,
    ReasonForm,
    ReturnForm,
    SendBackForm,
    SupplementRequestForm,
    UndeliveredForm,
    VerificationAnswerForm,
    VerificationForm,
    WordsForm,
)
from onestop.forms.counter import CounterForm, PersonForm
from onestop.forms.custody import GiveBackForm, HandoverForm, ReceiveForm
from onestop.forms.figures import FiguresForm, RegisterForm
from onestop.forms.following import FollowForm
from onestop.forms.lists import ListForm, ViewForm
from onestop.forms.opinions import OpinionForm, OpinionRequestForm
from onestop.forms.scanning import ScanForm
from onestop.forms.telling import DeskPreferenceForm, PreferenceForm, WordingForm

__all__ = [
    "AcceptForm",
    "ColleagueForm",
    "CounterForm",
    "DaysForm",
    "DeskPreferenceForm",
    "DraftForm",
    "FiguresForm",
    "FollowForm",
    "GiveBackForm",
    "HandoverForm",
    "ListForm",
    "NoteForm",
    "NothingForm",
    "OpinionForm",
    "OpinionRequestForm",
    "PaymentForm",
    "PersonForm",
    "PreferenceForm",
    "ReasonForm",
    "ReceiveForm",
    "RegisterForm",
    "ReturnForm",
    "ScanForm",
    "SendBackForm",
    "SupplementRequestForm",
    "UndeliveredForm",
    "VerificationAnswerForm",
    "VerificationForm",
    "ViewForm",
    "WordingForm",
    "WordsForm",
]
