"""Limits failed logins; while the limit is reached even the right password is refused."""

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
from designs.broker.counters import CounterStorage, counters, hash_counter_name

WINDOW_MINUTES = 15
# One address may fail this many times as often, over all user names: an office shares one, but so does an attacker.
ADDRESS_FACTOR = 5

log = logging.getLogger(__name__)


class LoginThrottle:
    """Counts the login attempts for one user name from one address."""

    def __init__(self, request: HttpRequest, username: str) -> None:
        self.username, self.address = username, get_client_address(request)
        self._username_key = ("login", hash_counter_name(username.casefold(), self.address))
        self._address_key = ("login-address", hash_counter_name(self.address))

    def count_attempt(self) -> int:
        """Count an attempt and return 0; if there were too many, return the seconds to wait.

        It counts before the password is checked, so that concurrent attempts cannot exceed the limit.
        """
        wait = counters.call(self._take_attempt)
        if wait:
            log.warning("logins of %r from %s are refused for %d s", self.username[:150], self.address, wait)
        return wait

    def count_failure(self) -> None:
        """Count a failed login against the address."""
        counters.call(
            lambda storage: MovingWindowRateLimiter(storage).hit(_rate_limit(ADDRESS_FACTOR), *self._address_key)
        )

    def clear_attempts(self) -> None:
        """Reset the attempts of this user name after a successful login."""
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
    """Checks the throttle before the password."""

    @method_decorator(sensitive_variables())
    def clean(self) -> dict[str, Any]:
        """Authenticate, unless there were too many failed attempts."""
        username = self.cleaned_data.get("username")
        if self.request is None or not username or not self.cleaned_data.get("password"):
            return super().clean()
        throttle = LoginThrottle(self.request, username)
        if wait := throttle.count_attempt():
            self.request.login_wait = wait  # type: ignore[attr-defined]
            minutes = ceil(wait / 60)
            message = f"Too many failed logins. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
            raise ValidationError(message, "too_many_tries")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.count_failure()
            raise
        throttle.clear_attempts()
        return cleaned


class ThrottledAdminLoginForm(ThrottledLoginForm, AdminAuthenticationForm):
    """The admin's login form."""


def api_login(request: HttpRequest) -> HttpResponseBase:
    """Show or process the login form of the browsable API."""
    view = LoginView.as_view(template_name="rest_framework/login.html", authentication_form=ThrottledLoginForm)
    return _add_retry_after(request, view(request))


def admin_login(request: HttpRequest) -> HttpResponseBase:
    """Show or process the admin's login form."""
    return _add_retry_after(request, admin.site.login(request))


def _add_retry_after(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    wait = getattr(request, "login_wait", 0)
    if wait and isinstance(answer, HttpResponse):
        answer.status_code = 429
        answer["Retry-After"] = str(wait)
    return answer
