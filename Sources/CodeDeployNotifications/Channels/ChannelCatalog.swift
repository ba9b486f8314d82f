/// The types of channels that a program knows.
public struct ChannelCatalog: Sendable {
  /// The types, in the order in which they are listed.
  public let types: [any Channel.Type]

  /// Creates a catalog of types, whose names have to differ.
  public init(_ types: [any Channel.Type]) { self.types = types }

  /// The catalog without the types of these names.
  public func removing(_ names: String...) -> Self {
    Self(types.filter { !names.contains($0.type) })
  }

  /// The type of that name; `nil` where there is none.
  public func type(named name: String) -> (any Channel.Type)? {
    types.first { $0.type == name }
  }
}

extension ChannelConfiguration {
  /// Its settings, with what its type declares of them.
  package func values(of type: any Channel.Type) -> SettingValues {
    SettingValues(settings, settings: type.settings)
  }
}
