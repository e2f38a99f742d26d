// made from the OpenAPI document by .ci/regenerate-clients: what needs no token
export const PUBLIC: ReadonlySet<string> = new Set([
  "get /v1/sites/{site}/articles",
  "get /v1/sites/{site}/articles/{articleKey}",
  "get /v1/sites/{site}/articles/{articleKey}/comments",
  "get /v1/sites/{site}/articles/{articleKey}/live",
  "get /v1/sites/{site}/commenters/{commenterKey}",
  "get /v1/sites/{site}/commenters/{commenterKey}/comments",
  "get /v1/sites/{site}/comments/{commentId}",
  "get /v1/sites/{site}/comments/{commentId}/replies",
  "get /v1/sites/{site}/counts",
  "post /v1/sites/{site}/counts",
  "get /v1/sites/{site}/search",
]);
