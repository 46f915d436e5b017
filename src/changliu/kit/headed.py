"""Answers to HEAD: those of the same GET, without their bodies."""

from starlette.types import Message, Send


class Headed:
    """`send` for a request of the head only: the answer ends where its body would begin."""

    def __init__(self, send: Send) -> None:
        self.send = send

    async def __call__(self, message: Message) -> None:
        """Pass the head on, with an empty body; whatever follows is dropped."""
        if message["type"] == "http.response.start":
            await self.send(message)
            await self.send({"type": "http.response.body", "body": b"", "more_body": False})
