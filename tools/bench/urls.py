"""The application's addresses and the two baselines."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from lps_safeguarding.people.models import Child
from lps_safeguarding.urls import handler400, handler403, handler404, handler500
from lps_safeguarding.urls import urlpatterns as application

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def nothing(request):
    return HttpResponse("ok")


def thirty_rows(request):
    """A plain list for a signed-in person: one indexed query, thirty rows, the frame of every page."""
    children = Child.objects.filter(service_id=1).order_by("pk")[:30]
    return render(request, "bench_list.html", {"children": children})


urlpatterns = [
    path("bench/nothing/", nothing),
    path("bench/thirty/", login_required(thirty_rows)),
    *application,
]
