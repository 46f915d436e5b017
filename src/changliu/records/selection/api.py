"""The route that changes everything a filter finds."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.kit.http import accepts, body, json_response
from changliu.kit.platform import Platform
from changliu.records.changeset.participant import Participants
from changliu.records.read_api import cursor_signer
from changliu.records.selection.service import SelectionBody, change_selection

router = APIRouter(tags=["records"])

_SELECTION = body(SelectionBody)


@router.post("/records/{object_key}/selection", openapi_extra=accepts(SelectionBody))
async def change_all_found(
    request: Request,
    object_key: str,
    session: Session = Depends(signed_in),
    wanted: SelectionBody = Depends(_SELECTION),
) -> Response:
    """Change or delete what a filter finds, 2,000 records a step; `next` asks for the next step.

    `POST /changesets/{chain}/revert` takes all steps back.
    """
    platform: Platform = request.app.state.platform
    participants = platform.registry(Participants).items
    signer = cursor_signer(request)
    made = await change_selection(session, participants, signer, object_key, wanted)
    return json_response(made)
