"""What services refuse, as problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404

from designs import services
from designs.api.errors import Gone, InvalidInput, KeyReused, PreconditionFailed, Trouble
from rendering.engine.problems import SpecError


@contextmanager
def of_services() -> Iterator[None]:
    """Turn a service's refusal into the problem that a client understands."""
    try:
        yield
    except services.UnknownProductError as error:
        message = f"There is no product {str(error)[:50]!r}. /api/v1/products lists those there are."
        raise InvalidInput([Trouble("#/product_type", "unknown_product", message)]) from error
    except SpecError as error:
        troubles = [Trouble(f"#/design_data{one.pointer}", one.code, one.message) for one in error.problems]
        raise InvalidInput(troubles) from error
    except services.EditConflictError as error:
        raise PreconditionFailed("The design was edited since you fetched it: fetch it again, then edit.") from error
    except services.IdempotencyConflictError as error:
        raise KeyReused(
            "This Idempotency-Key was used with another request. Use a new key for a new request."
        ) from error
    except services.DesignGoneError as error:
        if isinstance(error, services.RepeatOfDeletedError):
            raise Gone("The design that this Idempotency-Key made has been deleted.") from error
        raise Http404 from error
