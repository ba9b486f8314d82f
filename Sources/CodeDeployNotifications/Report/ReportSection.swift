/// A part of the report's page, which the page's beginning links to.
struct ReportSection {
  let title: String
  private let content: String

  init(_ title: String, _ content: String) {
    self.title = title
    self.content = content
  }

  var id: String { title.lowercased().replacing(" ", with: "-") }

  var html: String {
    """
    <section aria-labelledby="\(id)"><h2 id="\(id)">\(title)</h2>
    \(content)</section>
    """
  }
}
