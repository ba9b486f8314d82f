extension String {
  /// A region's name without the affix by which endpoints for FIPS used to be named as regions of
  /// their own. Source: botocore's `_normalize_fips_region`.
  package var plainRegion: String {
    split(separator: "-", omittingEmptySubsequences: false).filter { $0 != "fips" }
      .joined(separator: "-")
  }
}
