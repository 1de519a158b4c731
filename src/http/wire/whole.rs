//! What is answered as a whole body: a type that borrows is described as the same one that does not.

use schemars::JsonSchema;

use super::{
    ChannelJson, DeskLineJson, LoggedInDeviceJson, LoggedInJson, PinExchangeJson, ProvenLogInJson,
    ScreenJson, ScreenOrdersJson, SessionJson, SportJson,
};

/// A body, and the type by which the API's description knows it.
pub trait Whole {
    type Described: JsonSchema + 'static;
}

macro_rules! whole {
    ($($json:ident)*) => {
        $(impl Whole for $json {
            type Described = $json;
        })*
    };
}

macro_rules! whole_of_borrowed {
    ($($json:ident)*) => {
        $(impl Whole for $json<'_> {
            type Described = $json<'static>;
        })*
    };
}

whole!(ChannelJson DeskLineJson LoggedInJson PinExchangeJson ProvenLogInJson);
whole!(ScreenJson ScreenOrdersJson SessionJson);
whole_of_borrowed!(LoggedInDeviceJson SportJson);

impl<T: Whole> Whole for Vec<T> {
    type Described = Vec<T::Described>;
}
