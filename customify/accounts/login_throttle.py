"""Log-ins: whoever guesses passwords is kept waiting, also before the right one."""

from __future__ import annotations

import logging
from math import ceil
from time import time
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from limits import RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter

from customify.accounts.addresses import get_client_address
from customify.accounts.rate_limits import CounterStorage, counters, hash_counter_name

WINDOW_MINUTES = 15
ADDRESS_FACTOR = (
    5  # times as many failures may come from one address, whatever the names: an office has one, a guesser too
)

log = logging.getLogger(__name__)


class LoginThrottle:
    """Counts the tries of one user name from one address."""

    def __init__(self, request: HttpRequest, username: str) -> None:
        self.username, self.address = username, get_client_address(request)
        self._username_key = ("login", hash_counter_name(username.casefold(), self.address))
        self._address_key = ("login-address", hash_counter_name(self.address))

    def count_attempt(self) -> int:
        """Return 0 and count a try, or, where there were too many, return the seconds to wait.

        It counts before the password is looked at: of tries at the same moment, no more get through than one by one.
        """
        wait = counters.call(self._take_attempt)
        if wait:
            log.warning("log-ins of %r from %s are refused for %d s", self.username[:150], self.address, wait)
        return wait

    def count_failure(self) -> None:
        """Count a failure against the address."""
        counters.call(
            lambda storage: MovingWindowRateLimiter(storage).hit(_rate_limit(ADDRESS_FACTOR), *self._address_key)
        )

    def clear_attempts(self) -> None:
        """Forget the tries: whoever knows the password has only mistyped it."""
        counters.call(lambda storage: MovingWindowRateLimiter(storage).clear(_rate_limit(), *self._username_key))

    def _take_attempt(self, storage: CounterStorage) -> int:
        limiter = MovingWindowRateLimiter(storage)
        if not limiter.test(_rate_limit(ADDRESS_FACTOR), *self._address_key):
            return _seconds_until(limiter.get_window_stats(_rate_limit(ADDRESS_FACTOR), *self._address_key).reset_time)
        if not limiter.hit(_rate_limit(), *self._username_key):
            return _seconds_until(limiter.get_window_stats(_rate_limit(), *self._username_key).reset_time)
        return 0


def _rate_limit(factor: int = 1) -> RateLimitItemPerMinute:
    return RateLimitItemPerMinute(settings.LOGIN_TRIES * factor, WINDOW_MINUTES)


def _seconds_until(moment: float) -> int:
    return max(1, ceil(moment - time()))


class ThrottledLoginForm(AuthenticationForm):
    """Asks the door before it asks whether the password is right."""

    @method_decorator(sensitive_variables())
    def clean(self) -> dict[str, Any]:
        """Let in whom the password fits, unless there were too many tries."""
        username = self.cleaned_data.get("username")
        if self.request is None or not username or not self.cleaned_data.get("password"):
            return super().clean()
        door = LoginThrottle(self.request, username)
        if wait := door.count_attempt():
            self.request.login_wait = wait  # type: ignore[attr-defined]
            minutes = ceil(wait / 60)
            message = f"Too many failed log-ins. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
            raise ValidationError(message, "too_many_tries")
        try:
            cleaned = super().clean()
        except ValidationError:
            door.count_failure()
            raise
        door.clear_attempts()
        return cleaned


class ThrottledAdminLoginForm(ThrottledLoginForm, AdminAuthenticationForm):
    """The admin's log-in form."""


def api_login(request: HttpRequest) -> HttpResponseBase:
    """Show the log-in of the browsable API, or log in."""
    view = LoginView.as_view(template_name="rest_framework/login.html", authentication_form=ThrottledLoginForm)
    return _add_retry_after(request, view(request))


def admin_login(request: HttpRequest) -> HttpResponseBase:
    """Show the admin's log-in, or log in."""
    return _add_retry_after(request, admin.site.login(request))


def _add_retry_after(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    wait = getattr(request, "login_wait", 0)
    if wait and isinstance(answer, HttpResponse):
        answer.status_code = 429
        answer["Retry-After"] = str(wait)
    return answer
