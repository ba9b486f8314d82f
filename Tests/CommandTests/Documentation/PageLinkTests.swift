import Foundation
import TestSupport
import Testing

/// Links between the project's pages lead somewhere.
@Suite struct PageLinkTests {
  private static let pages: [String] = {
    let folders = ["docs", "contrib", "Tests/Peers", "Examples", "Benchmarks"]
    let top = (try? FileManager.default.contentsOfDirectory(atPath: Project.root.path)) ?? []
    let inside = folders.flatMap { folder in
      let files = FileManager.default.enumerator(atPath: Project.file(folder).path)
      return (files?.compactMap { $0 as? String } ?? []).map { "\(folder)/\($0)" }
    }
    return (top + inside).filter { $0.hasSuffix(".md") && !$0.contains("/.") }.sorted()
  }()

  /// A page without its blocks of code.
  private static func prose(_ path: String) throws -> [Substring] {
    var isCode = false
    return try Project.read(path).split(separator: "\n").filter { line in
      let isFence = line.drop { $0 == " " }.hasPrefix("```")
      if isFence { isCode.toggle() }
      return !isCode && !isFence
    }
  }

  /// The anchors of a page's headings, as GitHub makes them.
  private static func anchors(_ path: String) throws -> Set<String> {
    var seen: [String: Int] = [:]
    return Set(
      try prose(path).filter { $0.hasPrefix("#") }.map { heading in
        let text = heading.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
          .replacing(/\[([^\]]*)\]\([^)]*\)/) { String($0.1) }
        let anchor = String(
          text.compactMap { character -> Character? in
            if character == " " { return "-" }
            return character.isLetter || character.isNumber || "_-".contains(character)
              ? character : nil
          })
        seen[anchor, default: 0] += 1
        let count = seen[anchor] ?? 1
        return count == 1 ? anchor : "\(anchor)-\(count - 1)"
      })
  }

  private static func links(_ path: String) throws -> [String] {
    let text = try prose(path).joined(separator: "\n").replacing(/`[^`\n]*`/, with: "")
    return text.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
      + text.matches(of: /(?:src|href)="([^"]+)"/).map { String($0.1) }
  }

  @Test("Every relative link and every anchor is there", arguments: pages)
  func links(page: String) throws {
    let folder = Project.file(page).deletingLastPathComponent()
    for link in try Self.links(page) where link.firstMatch(of: /^[a-z]+:/) == nil {
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
      let target =
        parts[0].isEmpty ? Project.file(page) : folder.appendingPathComponent(String(parts[0]))
      let path = target.standardizedFileURL.path
      #expect(FileManager.default.fileExists(atPath: path), "\(page): \(link)")
      guard parts.count == 2, path.hasSuffix(".md"), FileManager.default.fileExists(atPath: path)
      else { continue }
      let relative = String(path.dropFirst(Project.root.standardizedFileURL.path.count + 1))
      #expect(try Self.anchors(relative).contains(String(parts[1])), "\(page): \(link)")
    }
  }

  @Test("The index of docs names every page of it")
  func index() throws {
    let named = Set(try Self.links("docs/README.md"))
    let files = try FileManager.default.contentsOfDirectory(atPath: Project.file("docs").path)
    for page in files where page.hasSuffix(".md") && page != "README.md" {
      #expect(named.contains(page), "\(page)")
    }
  }

  @Test("The README is read in one go")
  func readme() throws {
    let lines = try Project.read("README.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 170)
  }
}
