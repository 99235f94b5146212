from django.urls import path

from portal.sandbox.dancu import views

urlpatterns = [
    path("cap-so-dinh-danh", views.issue_number),
    path("tra-cuu-hon-nhan", views.find_marriage),
]
