"""The definition kinds of this room, for main.py to register."""

from changliu.schema.field_kind import FieldKind
from changliu.schema.object_kind import ObjectKind

FIELD_KIND = FieldKind()
OBJECT_KIND = ObjectKind(FIELD_KIND)
KINDS = (OBJECT_KIND, FIELD_KIND)
