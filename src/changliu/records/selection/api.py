"""The route that changes everything a filter finds."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from changliu.identity.guard import Session, signed_in
from changliu.kit.http import accepts, body, json_response
from changliu.kit.platform import Platform
from changliu.records.changeset import description
from changliu.records.changeset.participant import Participants
from changliu.records.keys import REPLAYED, key_of
from changliu.records.read_api import cursor_signer
from changliu.records.selection.service import Asker, SelectionBody, change_selection

router = APIRouter(tags=["records"])

_SELECTION = body(SelectionBody)
SELECTION = {**accepts(SelectionBody), "parameters": [description.KEY]}


@router.post("/records/{object_key}/selection", openapi_extra=SELECTION)
async def change_all_found(
    request: Request,
    object_key: str,
    session: Session = Depends(signed_in),
    wanted: SelectionBody = Depends(_SELECTION),
) -> Response:
    """Change or delete what a filter finds, 2,000 records a step; `next` asks for the next step.

    `POST /changesets/{chain}/revert` takes all steps back. Each step takes a key of its own: asked
    again under it, a step is answered as the first time and does no more.
    """
    platform: Platform = request.app.state.platform
    participants = platform.registry(Participants).items
    key, body_hash = key_of(request, wanted.model_dump())
    asker = Asker(session, participants, cursor_signer(request), key, body_hash)
    made, again = await change_selection(asker, object_key, wanted)
    return json_response(made, 200, REPLAYED if again else {})
