/// What no template that is registered may have, although Mustache accepts it: what can't be meant,
/// or would make a text of something that is none.
package enum TemplateRules {
  /// What begins the tags that no template may have.
  static let unsupported: [Character] = [">", "<", "$", "=", "%"]

  /// Why a template can't be meant, to follow its name; `nil` for none.
  package static func problem(of template: String, ofRequest isRequest: Bool = false) -> String? {
    if let problem = unsupportedTag(in: template) { return problem }
    var sections: [TemplateNames.Tag] = []
    for tag in TemplateNames.tags(of: template) {
      if tag.kind == "!" { continue }
      if tag.kind == "/" {
        _ = sections.popLast()
        continue
      }
      if tag.isEmpty {
        return "has an empty tag, {{}}: name a value in it, such as "
          + (isRequest ? "{{title}}" : "{{application}}")
      }
      if tag.isSection {
        sections.append(tag)
      } else if let problem = problem(of: tag, in: sections, ofRequest: isRequest) {
        return problem
      }
    }
    return TemplateNames.endsInTag(template) ? "has {{ without }} behind it" : nil
  }

  /// The tag that no template may have, to follow the template's name; `nil` for none.
  static func unsupportedTag(in template: String) -> String? {
    for case let kind? in TemplateNames.tags(of: template).map(\.kind)
    where unsupported.contains(kind) { return usesUnsupported(kind) }
    return nil
  }

  /// That a template has a tag of this kind, to follow its name.
  static func usesUnsupported(_ kind: Character) -> String {
    let form = kind == "=" ? "{{=…=}}" : "{{\(kind)…}}"
    return "uses \(form), which isn't supported here"
  }

  /// Why a template of before isn't used; `nil` for none. With other delimiters it may be right,
  /// and can't be judged.
  static func problem(ofStored template: String) -> String? {
    template.contains("{{=") ? nil : problem(of: template)
  }

  private static func problem(
    of tag: TemplateNames.Tag, in sections: [TemplateNames.Tag], ofRequest isRequest: Bool
  ) -> String? {
    let around = sections.last { $0.kind == "#" }
    if tag.isDot {
      let isObject = around.map { $0.name.map { members(of: $0, isRequest) != nil } ?? false }
      return isObject ?? true
        ? "has {{.}} where no single text is: name a value, such as {{application}}" : nil
    }
    // The user may have named a label so.
    let isInOpen = sections.contains { ["labels", "secret"].contains($0.name) }
    guard !isInOpen, let name = tag.name, let members = members(of: name, isRequest),
      !["count", "empty"].contains(tag.functions.first)
    else { return nil }
    let written = tag.text.hasPrefix("{") ? "\(tag.text)}" : "\(tag.text)"
    return "has {{\(written)}}, which stands for several values: name one, as in "
      + "{{\(name).\(members.first ?? "NAME")}}"
  }

  /// The members of an object; `nil` for what is none.
  private static func members(of name: Substring, _ isRequest: Bool) -> [String]? {
    TemplateNames.members(of: String(name), ofRequest: isRequest)
  }
}
