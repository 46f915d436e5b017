"""The session cookie: when it may be set, how it is named, and whose requests it may carry.

Over https it is `__Host-changliu`. On plain http beyond localhost there is none unless the operator
allows it. On http://localhost both names are set: some browsers refuse `Secure` there (0021).
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from changliu.kit.errors import Forbidden
from changliu.kit.settings import Settings

SECURE_NAME, PLAIN_NAME = "__Host-changliu", "changliu"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def read(request: Request, settings: Settings) -> str | None:
    """Return the token in the request's session cookie.

    The plain name counts only where it may have been set: a neighbouring host could plant it.
    """
    secure = request.cookies.get(SECURE_NAME)
    if secure is None and (is_local(request) or settings.insecure_http):
        return request.cookies.get(PLAIN_NAME)
    return secure


def check_origin(request: Request) -> None:
    """Refuse an unsafe method unless the Origin is this site; raises `Forbidden`."""
    if request.method not in SAFE_METHODS and not _same_site(request):
        raise Forbidden(
            "origin.mismatch",
            "请求不是从本站页面发出的，已拒绝；请在本站页面里操作。",
            "The request does not come from a page of this site (Origin and Host differ or Origin"
            " is missing); use a page of this site, or a bearer token.",
        )


def from_browser(request: Request) -> bool:
    """Say whether a browser's page sent this: it carries an Origin, which must be this site."""
    if "origin" not in request.headers:
        return False
    check_origin(request)
    return True


def _same_site(request: Request) -> bool:
    origin = urlsplit(request.headers.get("origin", ""))
    host = urlsplit(f"//{request.headers.get('host', '')}")
    try:
        default = _DEFAULT_PORTS[origin.scheme]
        ports_match = (origin.port or default) == (host.port or default)
    except (KeyError, ValueError):
        return False
    return bool(origin.hostname) and origin.hostname == host.hostname and ports_match


def is_local(request: Request) -> bool:
    """Say whether the browser sees this site at localhost."""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return name in ("localhost", "127.0.0.1", "::1") or name.endswith(".localhost")


def is_encrypted(request: Request) -> bool:
    """Say whether the browser sees this site over https, whatever a proxy in between does."""
    return request.headers.get("origin", "").startswith("https://") or request.url.scheme == "https"


def check_allowed(request: Request, settings: Settings) -> None:
    """Refuse a cookie on plain http beyond localhost; raises `Forbidden` naming the ways out."""
    if is_encrypted(request) or is_local(request) or settings.insecure_http:
        return
    raise Forbidden(
        "http.insecure",
        "未加密的 http 连接只允许在本机登录。请改用 https（推荐），"
        "或由管理员设置 CHANGLIU_INSECURE_HTTP=1 后重启。",
        "Sign-in over plain http works on localhost only. Use https (best), or set"
        " CHANGLIU_INSECURE_HTTP=1 and restart.",
    )


def write(request: Request, response: Response, token: str, seconds: int) -> None:
    """Give the browser its session cookie for `seconds`; call `check_allowed` first."""
    encrypted, local = is_encrypted(request), is_local(request)
    if encrypted or local:
        _set(response, SECURE_NAME, token, seconds, secure=True)
    if not encrypted:
        _set(response, PLAIN_NAME, token, seconds, secure=False)


def clear(response: Response) -> None:
    """Take the session cookie away."""
    _set(response, SECURE_NAME, "", 0, secure=True)
    _set(response, PLAIN_NAME, "", 0, secure=False)


def _set(response: Response, name: str, token: str, seconds: int, *, secure: bool) -> None:
    response.set_cookie(
        name, token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax"
    )
