"""Passwords that guessing begins with: refused wherever one is chosen.

`common.txt` holds, case folded, what lists of leaked passwords have in common and what people in
China choose most (years, names with digits, 520, 1314); only those of eight characters and more,
as shorter ones are refused anyway.
"""

from functools import cache
from importlib.resources import files

from changliu.identity.model import login_key
from changliu.kit.errors import Fault, Invalid

# Fewer different characters are a run of keys, whatever the length.
DIFFERENT = 4


def check_password(password: str, login: str, path: str = "password") -> None:
    """Raise `Invalid` (`password.weak`) for a common password and for the login itself.

    `path` is the place of the password in what was sent.
    """
    key, own = login_key(password), login_key(login)
    if key in (own, own.partition("@")[0]):
        raise _weak(path, "与用户名相同", "is the username itself")
    if key in _common() or len(set(key)) < DIFFERENT:
        raise _weak(path, "太常见，很容易被猜到", "is a common one and easily guessed")


@cache
def _common() -> frozenset[str]:
    return frozenset(files(__name__).joinpath("common.txt").read_text("utf-8").split())


def _weak(path: str, zh: str, en: str) -> Invalid:
    advice = "请换一个，例如几个不相干的词连在一起。"
    advice_en = "choose another, such as a few unrelated words in a row."
    fault = Fault("password.weak", f"密码{zh}，{advice}", f"It {en}; {advice_en}", path=path)
    zh, en = f"密码{zh}，没有保存；{advice}", f"The password {en} and was not saved; {advice_en}"
    return Invalid("password.weak", zh, en, [fault])
