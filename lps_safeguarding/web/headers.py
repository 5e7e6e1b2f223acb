"""Security headers that neither Django nor django-csp sets."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Nothing of the machine is needed but passkeys.
PERMISSIONS = ", ".join(
    [
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
        *(
            f"{name}=()"
            for name in (
                "accelerometer",
                "autoplay",
                "browsing-topics",
                "camera",
                "clipboard-read",
                "display-capture",
                "encrypted-media",
                "fullscreen",
                "geolocation",
                "gyroscope",
                "hid",
                "idle-detection",
                "local-fonts",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "picture-in-picture",
                "screen-wake-lock",
                "serial",
                "usb",
                "window-management",
                "xr-spatial-tracking",
            )
        ),
    ]
)


class HeadersMiddleware:
    """Nothing of this site is kept by a browser, shown inside another site, or given the machine's senses.

    Stands first, so that error pages have the headers too. Static files are served by WhiteNoise, which keeps its own
    caching; they too may be used by this site alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.resolver_match is not None or not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
