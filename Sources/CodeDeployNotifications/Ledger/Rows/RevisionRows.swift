extension RevisionType: RowValue {}

extension Revision: StoredValue {
  package init(stored row: inout RowReader) throws(RowReader.OtherForm) {
    try row.beginObject()
    bucket = try row.optional("bucket")
    commit = try row.optional("commit")
    content = try row.optional("content")
    etag = try row.optional("etag")
    key = try row.optional("key")
    // The label is derived from the rest.
    if row.skip("label") { try row.skipText() }
    repository = try row.optional("repository")
    sha256 = try row.optional("sha256")
    type = try row.member("type")
    version = try row.optional("version")
    try row.endObject()
  }

  package func writeStored(to row: inout RowWriter) {
    row.beginObject()
    row.optional("bucket", bucket)
    row.optional("commit", commit)
    row.optional("content", content)
    row.optional("etag", etag)
    row.optional("key", key)
    row.member("label", label)
    row.optional("repository", repository)
    row.optional("sha256", sha256)
    row.member("type", type)
    row.optional("version", version)
    row.endObject()
  }

  private enum StoredKey: String, CodingKey {
    case bucket
    case commit
    case content
    case etag
    case key
    case label
    case repository
    case sha256
    case type
    case version
  }

  package init(storedBy decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: StoredKey.self)
    bucket = try row.optional(.bucket)
    commit = try row.optional(.commit)
    content = try row.optional(.content)
    etag = try row.optional(.etag)
    key = try row.optional(.key)
    repository = try row.optional(.repository)
    sha256 = try row.optional(.sha256)
    type = try row.member(.type)
    version = try row.optional(.version)
  }

  package func encodeStored(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: StoredKey.self)
    try row.encodeIfPresent(bucket, forKey: .bucket)
    try row.encodeIfPresent(commit, forKey: .commit)
    try row.encodeIfPresent(content, forKey: .content)
    try row.encodeIfPresent(etag, forKey: .etag)
    try row.encodeIfPresent(key, forKey: .key)
    try row.encode(label, forKey: .label)
    try row.encodeIfPresent(repository, forKey: .repository)
    try row.encodeIfPresent(sha256, forKey: .sha256)
    try row.encode(type, forKey: .type)
    try row.encodeIfPresent(version, forKey: .version)
  }
}
