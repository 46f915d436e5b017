"""Routes of identity, by what they are about; `router` has them all, for `/api`."""

from fastapi import APIRouter

from changliu.identity.api import members, people, session, tokens

router = APIRouter()
for part in (session, tokens, members, people):
    router.include_router(part.router)
