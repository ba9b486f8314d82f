extension RevisionType: RowValue {}

extension Revision: StoredValue {
  package init<Row: MemberReader>(members row: inout Row) throws(Row.Failure) {
    bucket = try row.optional("bucket")
    commit = try row.optional("commit")
    content = try row.optional("content")
    etag = try row.optional("etag")
    key = try row.optional("key")
    // The label is derived from the rest.
    try row.passOver(derived: "label")
    repository = try row.optional("repository")
    sha256 = try row.optional("sha256")
    type = try row.member("type")
    version = try row.optional("version")
  }

  package func writeMembers<Row: MemberWriter>(to row: inout Row) throws(Row.Failure) {
    try row.optional("bucket", bucket)
    try row.optional("commit", commit)
    try row.optional("content", content)
    try row.optional("etag", etag)
    try row.optional("key", key)
    try row.member("label", label)
    try row.optional("repository", repository)
    try row.optional("sha256", sha256)
    try row.member("type", type)
    try row.optional("version", version)
  }
}
