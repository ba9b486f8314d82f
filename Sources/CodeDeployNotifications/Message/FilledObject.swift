import Mustache

/// An object that a template goes into. As a text it is nothing: Mustache would write it in Swift's
/// notation.
struct FilledObject: CustomStringConvertible, MustacheParent, MustacheTransformable {
  let members: [String: Any]

  var description: String { "" }

  func child(named name: String) -> Any? { members[name] }

  func transform(_ name: String) -> Any? {
    switch name {
    case "count": return members.count
    case "empty": return members.isEmpty
    case "sorted", "enumerated":
      return FilledList(
        elements: members.sorted { $0.key < $1.key }.map {
          FilledObject(members: ["key": $0.key, "value": $0.value])
        })
    default: return nil
    }
  }
}

/// A list that a template goes through; as a text it is nothing either.
struct FilledList: CustomStringConvertible, MustacheSequence, MustacheTransformable {
  let elements: [Any]

  var description: String { "" }

  func makeIterator() -> IndexingIterator<[Any]> { elements.makeIterator() }

  func transform(_ name: String) -> Any? {
    switch name {
    case "first": elements.first
    case "last": elements.last
    case "count": elements.count
    case "empty": elements.isEmpty
    case "reversed": FilledList(elements: elements.reversed())
    default: nil
    }
  }
}
