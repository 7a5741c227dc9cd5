//! The data: the static `TABLE` and what ties it to its entity.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Ident, ext::IdentExt as _};

use crate::{
    column::{Back, Classified, Column, Link, Role},
    declared::{Entry, Table},
    words::lower_camel,
};

/// Everything that is made for a table.
pub fn table(of: &Table) -> TokenStream {
    let Table { name, doc, plural, table, path, input, .. } = of;
    let (list, one) = (option(of.list.as_ref().map(entry)), option(of.one.as_ref().map(entry)));
    let (input, count) = (option(input.as_ref()), of.columns.len());
    let columns = of.columns.iter().enumerate().map(|(at, column)| self::column(of, at, column));
    let blank = of.columns.iter().map(blank);
    quote! {
        /// The table as data.
        pub static TABLE: crate::table::Table = crate::table::Table {
            name: #name,
            doc: #doc,
            plural: #plural,
            table: #table,
            path: crate::table::CasePath::#path,
            list: #list,
            one: #one,
            input: #input,
            columns: &[#(#columns),*],
        };

        const _: () = assert!(#count <= crate::table::Table::MOST_COLUMNS, "a set of columns has no bit for so many");

        impl Model {
            /// A new row of which nothing is known yet but whose it is.
            #[must_use]
            pub const fn blank(mission_id: crate::CountryCode, id: ::sea_orm::prelude::Uuid) -> Self {
                Self { #(#blank),* }
            }
        }

        impl crate::Governed for Entity {
            const TABLE: &'static crate::table::Table = &TABLE;
            const MISSION_ID: Column = Column::MissionId;
            const ID: Column = Column::Id;

            fn index(column: Column) -> usize {
                column as usize
            }
        }
    }
}

/// What a new row has in a column.
fn blank(column: &Column) -> TokenStream {
    let name = &column.name;
    match column.role {
        Role::Mission | Role::Id => quote!(#name),
        Role::Version => quote!(#name: Some(1)),
        _ => quote!(#name: None),
    }
}

fn column(table: &Table, at: usize, column: &Column) -> TokenStream {
    let Column { name, ty, doc, role, said } = column;
    let at = Literal::usize_unsuffixed(at);
    let (name, field) = (name.unraw().to_string(), option(column.field()));
    let object = option(governing(table, column).map(|field| format!("{}.{field}", table.name.value())));
    let (filter, order, search, required, derived) =
        (said.filter, said.order, said.search, said.required, said.derived);
    let write = match (said.needed, said.write) {
        (true, _) => quote!(Needed),
        (false, true) => quote!(Yes),
        (false, false) => quote!(No),
    };
    let (input_doc, htcds) = (option(said.input.as_ref()), option(said.htcds.as_ref()));
    let (role, classified_by) = (self::role(role), option(said.classified_by.as_ref().map(classified)));
    let whose = option(said.whose.as_ref().map(|whose| quote!(crate::table::Whose::#whose)));
    quote! {
        crate::table::Column {
            table: &TABLE,
            at: #at,
            name: #name,
            field: #field,
            object: #object,
            doc: #doc,
            input_doc: #input_doc,
            kind: <#ty as crate::table::OfKind>::KIND,
            role: #role,
            filter: #filter,
            order: #order,
            search: #search,
            write: crate::table::Write::#write,
            required: #required,
            derived: #derived,
            htcds: #htcds,
            kept: crate::table::Kept::Plain,
            classified_by: #classified_by,
            whose: #whose,
        }
    }
}

/// The field whose policy object governs a column: its own; of a matching key, that of its text.
fn governing(table: &Table, column: &Column) -> Option<String> {
    match &column.role {
        Role::Key(text) => table.columns.iter().find(|column| column.name == *text).and_then(Column::field),
        _ => column.field(),
    }
}

fn role(role: &Role) -> TokenStream {
    let role = match role {
        Role::Mission => quote!(Mission),
        Role::Id => quote!(Id),
        Role::Version => quote!(Version),
        Role::Leaf => quote!(Leaf),
        Role::Link(of) => {
            let link = link(of);
            quote!(Link(#link))
        }
        Role::Key(text) => {
            let text = text.to_string();
            quote!(Key(#text))
        }
        Role::Hidden => quote!(Hidden),
    };
    quote!(crate::table::Role::#role)
}

fn classified(of: &Classified) -> TokenStream {
    let (by, unknown) = (of.by.to_string(), &of.unknown);
    quote!(crate::table::Classified { by: #by, unknown: #unknown as i16 })
}

fn link(of: &Link) -> TokenStream {
    let Link { to, back, order } = of;
    let (back, order) = (option(back.as_ref().map(self::back)), order.iter().map(Ident::to_string));
    quote!(crate::table::Link { to: &crate::#to::TABLE, back: #back, order: &[#(#order),*] })
}

fn back(of: &Back) -> TokenStream {
    let Back { field, doc, order, search } = of;
    let entry = entry(&Entry { name: field.clone(), doc: doc.clone() });
    let order = option(order.as_ref().map(Ident::to_string));
    quote!(crate::table::Back { entry: #entry, order: #order, search: #search })
}

fn entry(of: &Entry) -> TokenStream {
    let (name, doc) = (lower_camel(&of.name.to_string()), &of.doc);
    quote!(crate::table::Entry { name: #name, doc: #doc })
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}
