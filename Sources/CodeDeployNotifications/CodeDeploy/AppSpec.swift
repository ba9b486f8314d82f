import Foundation

/// Finds in an AppSpec what is deployed in which version.
///
/// An AppSpec is JSON, or YAML in the simple form that CodeDeploy documents: a few keys with
/// strings or numbers. The keys are searched for without parsing YAML, because that would take a
/// library, for the sake of a label.
/// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
enum AppSpec {
  /// `checkout:42` for an ECS task definition, `FUNCTION:VERSION` for Lambda; `nil` for anything
  /// else.
  static func label(of content: String) -> String? {
    let content = String(content.prefix(readLimit))
    let properties = Document(content) ?? scan(content)
    return properties.taskDefinition.flatMap(taskDefinition)
      ?? properties.targetVersion.flatMap { function(properties.name, version: $0) }
  }

  private static let readLimit = 65_536
  private static let labelLimit = 100

  /// A task definition's family and revision, also from an ARN; `nil` for `<TASK_DEFINITION>`, a
  /// pipeline's placeholder.
  private static func taskDefinition(_ text: String) -> String? {
    named(String(text.split(separator: "/").last ?? ""))
  }

  private static func function(_ name: String?, version: String) -> String? {
    // `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, possibly with a qualifier.
    let parts = name?.split(separator: ":").map(String.init) ?? []
    let place = parts.firstIndex(of: "function").map { $0 + 1 } ?? 0
    guard parts.indices.contains(place) else { return named("version \(version)") }
    return named("\(parts[place]):\(version)")
  }

  private static func named(_ label: String) -> String? {
    let line = label.oneLine
    guard !line.isEmpty, !line.contains(where: { "<>{}$".contains($0) }) else { return nil }
    return line.cut(to: labelLimit, .utf8)
  }

  /// Finds the keys in YAML, each with its first value, and ignores comments.
  private static func scan(_ content: String) -> Document {
    let lines = content.split(whereSeparator: \.isNewline).filter { line in
      line.first { !$0.isWhitespace } != "#"
    }
    let text = lines.joined(separator: "\n")
    let scalar = #/(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,{}"'#]+))/#
    func value(after key: some RegexComponent<Substring>) -> String? {
      guard let found = text.firstMatch(of: key),
        let match = text[found.range.upperBound...].prefixMatch(of: scalar)
      else { return nil }
      return (match.1 ?? match.2 ?? match.3).map(String.init)
    }
    return Document(
      taskDefinition: value(after: #/(?:^|[\s{,"'])TaskDefinition["']?[ \t]*:[ \t]*/#),
      name: value(after: #/(?:^|[\s{,"'])Name["']?[ \t]*:[ \t]*/#),
      targetVersion: value(after: #/(?:^|[\s{,"'])TargetVersion["']?[ \t]*:[ \t]*/#))
  }
}

/// The properties of an AppSpec's resource that name a version.
private struct Document: Decodable {
  var taskDefinition: String?
  var name: String?
  var targetVersion: String?

  init(taskDefinition: String?, name: String?, targetVersion: String?) {
    self.taskDefinition = taskDefinition
    self.name = name
    self.targetVersion = targetVersion
  }

  /// Reads JSON; `nil` where the text isn't JSON.
  init?(_ content: String) {
    guard let read = try? ReceivedJSON.decode(Self.self, from: Array(content.utf8)) else {
      return nil
    }
    self = read
  }

  private struct File: Decodable {
    struct Resource: Decodable {
      struct Properties: Decodable {
        var taskDefinition: Scalar?
        var name: Scalar?
        var targetVersion: Scalar?

        enum CodingKeys: String, CodingKey {
          case taskDefinition = "TaskDefinition"
          case name = "Name"
          case targetVersion = "TargetVersion"
        }
      }
      var properties: Properties?
      enum CodingKeys: String, CodingKey { case properties = "Properties" }
    }
    var resources: [[String: Resource]]?
    enum CodingKeys: String, CodingKey { case resources = "Resources" }
  }

  /// A string, or a number that stands for one.
  private struct Scalar: Decodable {
    var text: String?

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      text = (try? value.decode(String.self)) ?? (try? value.decode(Int.self)).map { "\($0)" }
    }
  }

  init(from decoder: any Decoder) throws {
    let file = try File(from: decoder)
    let all = (file.resources ?? []).flatMap(\.values).compactMap(\.properties)
    let properties = all.first { $0.taskDefinition?.text != nil || $0.targetVersion?.text != nil }
    taskDefinition = properties?.taskDefinition?.text
    name = properties?.name?.text
    targetVersion = properties?.targetVersion?.text
  }
}
