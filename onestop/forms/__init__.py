"""What civil servants type at the desk."""

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

__all__ = [
    "AcceptForm",
    "ColleagueForm",
    "CounterForm",
    "DaysForm",
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
    "WordsForm",
]
