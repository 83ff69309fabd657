use crate::classify::pack_names;

#[test]
fn twelve_regions_are_shipped() {
    assert_eq!(pack_names().len(), 12);
}
