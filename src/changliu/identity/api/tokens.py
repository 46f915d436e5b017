"""Routes of API tokens: always the caller's own, of the session's workspace."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from changliu.identity import tokens
from changliu.identity.forms import TokenDraft
from changliu.identity.guard import Session, signed_in_now
from changliu.kit.http import accepts, body, json_response

router = APIRouter(tags=["tokens"])

Now = Annotated[Session, Depends(signed_in_now)]


@router.get("/tokens")
async def list_tokens(session: Now) -> Response:
    """List the caller's API tokens, without the tokens themselves."""
    return json_response({"items": await tokens.list_tokens(session)})


@router.post("/tokens", status_code=201, openapi_extra=accepts(TokenDraft))
async def create_token(
    session: Now, form: Annotated[TokenDraft, Depends(body(TokenDraft))]
) -> Response:
    """Make an API token; `token` is shown in this answer only."""
    return json_response(await tokens.create_token(session, form), 201)


@router.delete("/tokens/{token_id}", status_code=204)
async def end_token(session: Now, token_id: UUID) -> Response:
    """End an API token at once."""
    await tokens.end_token(session, token_id)
    return Response(status_code=204)
