"""What the API answers, as frozen structs: they are the OpenAPI document's schemas."""
