"""The TLS context of a target: whom to trust, and the certificate to show."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from dwconform.errors import TargetError

if TYPE_CHECKING:
    from dwconform.target.model import Target

__all__ = ["tls_context"]


def tls_context(target: Target) -> ssl.SSLContext:
    """Return a new context for connections to ``target``.

    Raises:
        TargetError: a certificate, a key or the authorities' file cannot be read.
    """
    ca = str(target.path(target.tls.ca)) if target.tls.ca else None
    try:
        context = ssl.create_default_context(cafile=ca)
        if target.auth.mtls:
            _show_certificate(context, target)
    except (ssl.SSLError, OSError) as error:
        message = f"TLS cannot be set up: {error}; check tls.ca and auth.mtls (PEM files)"
        raise TargetError(message) from error
    if not target.tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _show_certificate(context: ssl.SSLContext, target: Target) -> None:
    mtls = target.auth.mtls
    if mtls is None:
        return
    context.load_cert_chain(
        target.path(mtls.certificate),
        target.path(mtls.key),
        # An empty password instead of none: OpenSSL would ask for it on the terminal.
        password=mtls.password.value if mtls.password else "",
    )
