"""Keeps web pages out of the local AWS.

Every web page that is open in a browser on this machine can send requests to 127.0.0.1, and MiniStack trusts every
caller. Therefore each request is checked. Its Host shows a name that an attacker rebinds to 127.0.0.1. Its Origin and
its fetch metadata show which page sent it, and a page cannot forge them. It must also have a header that a page can send
only after a preflight, and every preflight is refused.
"""

import json
import logging
import re

logger = logging.getLogger("guard")

# The header that scripts/local/front.ts and the other scripts send.
FRONT_HEADER = "x-rez-agent-front"

LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
SIGNED = re.compile(r"AWS4-(HMAC-SHA256|ECDSA-P256-SHA256) ")
KEYS_PATH = re.compile(r"/[a-z0-9-]+_[A-Za-z0-9]+/\.well-known/jwks\.json")
TOKEN_PATHS = ("/oauth2/token", "/oauth2/userInfo")

reported = set()


def refusal(method, path, headers):
    """The reason to refuse a request, or None. `headers` are pairs of text with names in lower case."""
    values = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)

    host = only(values, "host")
    if host is None or not LOOPBACK.fullmatch(host):
        return "Host is not a name of this machine"
    if not path.startswith("/"):
        return "the request target is not a path"
    # The front has checked the origin of the request. A page cannot send its header.
    if FRONT_HEADER in values:
        return None

    if "origin" in values:
        if method == "POST" and path == "/login" and only(values, "origin") == f"http://{host}":
            return None
        return "Origin is not an allowed one"
    if not is_navigation(method, values) and only(values, "sec-fetch-site") not in (None, "same-origin", "none"):
        return "a page of another site sent it"

    if SIGNED.match(only(values, "authorization") or "") or "x-amz-target" in values:
        return None
    if method == "GET" and (path == "/oauth2/authorize" or KEYS_PATH.fullmatch(path)):
        return None
    if path in TOKEN_PATHS and "sec-fetch-site" not in values:
        return None
    return f"it has no AWS signature, no x-amz-target and no {FRONT_HEADER}"


def only(values, name):
    """The value of a header. None when it is absent, and an invalid value when it is repeated."""
    found = values.get(name)
    return None if found is None else ", ".join(found)


def is_navigation(method, values):
    """Whether a browser opens a page in a tab. No other page can read what the tab shows."""
    wanted = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    return method == "GET" and all(only(values, name) == value for name, value in wanted.items())


def without_wildcard(headers):
    """Response headers without CORS headers, unless those name one origin: the API allows that origin."""
    allowed = [value for name, value in headers if name.lower() == b"access-control-allow-origin"]
    if len(allowed) == 1 and allowed[0].strip() not in (b"*", b"null"):
        return headers
    return [(name, value) for name, value in headers if not name.lower().startswith(b"access-control-")]


def guarded(app):
    """The ASGI application with this guard in front of it."""

    async def guard(scope, receive, send):
        if scope["type"] not in ("http", "websocket"):
            await app(scope, receive, send)
            return
        headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
        method = scope.get("method", "GET")
        reason = refusal(method, scope["path"], headers)
        if reason is None:
            # Functions receive the headers that they would receive in AWS.
            rest = [header for header in scope["headers"] if header[0].lower() != FRONT_HEADER.encode()]
            await app({**scope, "headers": rest}, receive, sender(send))
            return
        report(f"refused {method} {scope['path'][:200]!r}: {reason}")
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await forbid(send, reason)

    return guard


def report(line):
    """Logs each different refusal once, up to a limit, because a page can send any number of requests."""
    if len(reported) < 1000 and line not in reported:
        reported.add(line)
        logger.warning(line)


def sender(send):
    async def send_without_wildcard(message):
        if "headers" in message:
            message = {**message, "headers": without_wildcard(list(message["headers"]))}
        await send(message)

    return send_without_wildcard


async def forbid(send, reason):
    body = json.dumps({"message": f"The local AWS refuses this request: {reason}."}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def install(module):
    """Put the guard in front of the application that MiniStack serves."""
    module.app = guarded(module.app)
